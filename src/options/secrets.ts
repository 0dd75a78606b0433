import {
  type CodeKey,
  deriveAddressHashKey,
  deriveBrowserKey,
  deriveCodeKey,
} from '../challenge/keys.js'
import { describeSecret } from '../util/describe.js'
import { wrongOption } from '../util/option-reader.js'
import type { Secret } from './options.js'
import type { Reader } from './reader.js'

const MIN_BYTES = 32
const MIN_DIFFERENT_BYTES = 8
const EXPECTED =
  `at least ${MIN_BYTES} bytes and ${MIN_DIFFERENT_BYTES} different ones ` +
  '(make one with: openssl rand -base64 32)'

/** Derives all keys, once. The secrets themselves are not kept. */
export function readSecrets(owner: string, read: Pick<Reader, 'value'>) {
  const secret = read.value('secret')
  const counterSecret = read.value('counterSecret')
  const wrong = (name: string, value: unknown, expected: string) =>
    wrongOption(owner, name, describeSecret(value), expected)

  const secrets: readonly unknown[] = Array.isArray(secret) ? secret : [secret]
  if (Array.isArray(secret) && counterSecret === undefined) {
    throw wrong('counterSecret', counterSecret, `given beside an array of secrets: ${EXPECTED}`)
  }
  const bytes = (name: string, value: unknown) => {
    if (typeof value === 'string' && value !== value.trim()) {
      // One process would read it from a file with its line end, another from a variable without it.
      throw wrong(name, value, 'without white space at its ends, as files add it: trim it')
    }
    if (isStrong(value)) return Buffer.from(value as string | Uint8Array)
    throw wrong(name, value, EXPECTED)
  }
  const [first, ...others] = secrets.map((one) => deriveCodeKey(bytes('secret', one)))
  if (!first) throw wrong('secret', undefined, `one secret or more, each of ${EXPECTED}`)
  const codeKeys: readonly [CodeKey, ...CodeKey[]] = [first, ...others]
  if (new Set(codeKeys.map(({ kid }) => kid)).size < codeKeys.length) {
    throw wrong('secret', secret, 'an array of secrets that differ')
  }
  const counterBytes =
    counterSecret === undefined ? bytes('secret', secret) : bytes('counterSecret', counterSecret)
  return {
    /** The first one makes codes; a pending state names the one that made its own. */
    codeKeys,
    addressHashKey: deriveAddressHashKey(counterBytes),
    browserKey: deriveBrowserKey(counterBytes),
  }
}

/** An attacker who sees one code and its session could find a weak secret offline. */
function isStrong(secret: unknown): secret is Secret {
  if (typeof secret !== 'string' && !(secret instanceof Uint8Array)) return false
  const bytes = Buffer.from(secret as string)
  return bytes.length >= MIN_BYTES && new Set(bytes).size >= MIN_DIFFERENT_BYTES
}
