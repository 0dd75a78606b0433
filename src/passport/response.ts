import type { RequestLike } from './types.js'

interface ResponseLike {
  readonly headersSent?: boolean
  setHeader(name: string, value: string): unknown
}

/** Sets a header where the host hangs its response on the request, as Express does. */
export function setHeader(req: RequestLike, name: string, value: string): void {
  const res = req.res as Partial<ResponseLike> | undefined
  if (typeof res?.setHeader === 'function' && !res.headersSent) res.setHeader(name, value)
}
