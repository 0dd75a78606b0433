import type { KeyObject } from 'node:crypto'
import { addressHashKey, type CodeKey, codeKey, deviceKey } from '../challenge/keys.js'
import { describeSecret, wrongOption } from '../util/option-reader.js'
import type { AnyEmailOtpOptions, Secret } from './options.js'

const MIN_BYTES = 32
const MIN_DIFFERENT_BYTES = 8
const EXPECTED =
  `at least ${MIN_BYTES} bytes and ${MIN_DIFFERENT_BYTES} different ones ` +
  '(make one with: openssl rand -base64 32)'

interface SecretKeys {
  readonly codeKeys: readonly [CodeKey, ...CodeKey[]]
  readonly addressKey: KeyObject
  readonly deviceKey: KeyObject
}

/** Makes all keys, once. The secrets themselves are not kept. */
export function readSecrets(owner: string, options: AnyEmailOtpOptions): SecretKeys {
  const wrong = (name: string, value: unknown, expected: string) =>
    wrongOption(owner, name, describeSecret(value), expected)

  const { secret, counterSecret } = options
  const secrets: readonly unknown[] = Array.isArray(secret) ? secret : [secret]
  if (Array.isArray(secret) && counterSecret === undefined) {
    throw wrong('counterSecret', counterSecret, `given beside an array of secrets: ${EXPECTED}`)
  }
  const bytes = (name: string, value: unknown) => {
    if (isStrong(value)) return Buffer.from(value as string | Uint8Array)
    throw wrong(name, value, EXPECTED)
  }
  const [first, ...others] = secrets.map((one) => codeKey(bytes('secret', one)))
  if (!first) throw wrong('secret', undefined, `one secret or more, each of ${EXPECTED}`)
  const codeKeys: [CodeKey, ...CodeKey[]] = [first, ...others]
  if (new Set(codeKeys.map(({ kid }) => kid)).size < codeKeys.length) {
    throw wrong('secret', secret, 'an array of secrets that differ')
  }
  const counterBytes =
    counterSecret === undefined ? bytes('secret', secret) : bytes('counterSecret', counterSecret)
  return {
    codeKeys,
    addressKey: addressHashKey(counterBytes),
    deviceKey: deviceKey(counterBytes),
  }
}

/** A weak secret could be searched for offline by whoever sees one of its codes and the session. */
function isStrong(secret: unknown): secret is Secret {
  if (typeof secret !== 'string' && !(secret instanceof Uint8Array)) return false
  const bytes = Buffer.from(secret as string)
  return bytes.length >= MIN_BYTES && new Set(bytes).size >= MIN_DIFFERENT_BYTES
}
