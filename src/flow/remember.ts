import { describe, describeSecret } from '../util/describe.js'
import { setUpError } from '../util/set-up-error.js'
import type { Exchange } from './exchange.js'

/** Enough for an invite and a return URL. Sessions and tokens carry it, and some of them are cookies. */
const MAX_BYTES = 1024

/**
 * What the application wants to receive with the right code, as JSON; `undefined` for nothing.
 * @throws TypeError for a value that JSON cannot hold, or more than 1024 bytes of JSON.
 */
export async function readRemembered({ settings, req }: Exchange): Promise<unknown> {
  const value: unknown = await settings.remember?.(req)
  if (value === undefined) return undefined
  const json = jsonOf(value)
  const bytes = Buffer.byteLength(json ?? '')
  // A copy: the stored value must not change with an object that the application goes on using.
  if (json !== undefined && bytes <= MAX_BYTES) return JSON.parse(json)
  throw wrong(json === undefined ? describe(value) : `${bytes} bytes`)
}

function jsonOf(value: unknown): string | undefined {
  try {
    return JSON.stringify(value)
  } catch (err) {
    const got = `${describeSecret(value)} that JSON cannot hold`
    throw Object.assign(wrong(got), { cause: err })
  }
}

function wrong(got: string): TypeError {
  return setUpError(
    `remember must return at most ${MAX_BYTES} bytes of JSON; got ${got}`,
    'docs/guides/keep-data.md',
  )
}
