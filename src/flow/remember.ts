import type { Settings } from '../options/settings.js'
import type { Request, RequestLike } from '../passport/types.js'
import { describe } from '../util/option-reader.js'

/** Enough for an invite and a way back. It travels in sessions and tokens, some of which are cookies. */
const MAX_BYTES = 1024

/**
 * What the application wants back with the right code, as JSON; `undefined` for nothing.
 * @throws TypeError for what JSON can't hold, or more than 1024 bytes of it.
 */
export async function readRemembered({ remember }: Settings, req: RequestLike): Promise<unknown> {
  const value: unknown = await remember?.(req as Request)
  if (value === undefined) return undefined
  const json: string | undefined = JSON.stringify(value)
  const bytes = json === undefined ? Number.NaN : Buffer.byteLength(json)
  // A copy: what waits must not change with an object that the application goes on using.
  if (bytes <= MAX_BYTES) return JSON.parse(json)
  const got = json === undefined ? describe(value) : `${bytes} bytes`
  throw new TypeError(`remember must return at most ${MAX_BYTES} bytes of JSON; got ${got}`)
}
