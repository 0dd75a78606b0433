import type { ServerResponse } from 'node:http'
import type { RequestLike } from '../passport/types.js'
import { member } from '../util/own.js'

interface ResponseLike {
  readonly headersSent?: boolean
  readonly writableFinished?: boolean
  readonly destroyed?: boolean
  getHeader(name: string): unknown
  setHeader(name: string, value: string | readonly string[]): unknown
  once(event: 'finish' | 'close', listener: () => void): unknown
}

function responseOf(req: RequestLike): Partial<ResponseLike> | undefined {
  return member(req, 'res') as Partial<ResponseLike> | undefined
}

/** The response, if the host sets it on the request, as Express does, and its headers can still be changed. */
function openResponseOf(
  req: RequestLike,
): Pick<ResponseLike, 'getHeader' | 'setHeader'> | undefined {
  const res = responseOf(req)
  return typeof res?.setHeader === 'function' && !res.headersSent
    ? (res as ResponseLike)
    : undefined
}

export function canSetHeaders(req: RequestLike): boolean {
  return openResponseOf(req) !== undefined
}

/** Sets a header where it can be set. */
export function setHeader(req: RequestLike, name: string, value: string): void {
  openResponseOf(req)?.setHeader(name, value)
}

/** Adds a header and keeps those of the same name, which cookies need. */
export function appendHeader(req: RequestLike, name: string, value: string): void {
  const res = openResponseOf(req)
  if (!res) return
  const former = res.getHeader?.(name)
  const values = former === undefined ? [] : Array.isArray(former) ? former : [String(former)]
  res.setHeader(name, [...values, value])
}

/** Adds a name to the `Vary` header, so that a cache does not answer one reader with the page of another. */
export function addVary(req: RequestLike, name: string): void {
  const res = openResponseOf(req)
  if (!res) return
  const names = String(res.getHeader?.('Vary') ?? '')
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '')
  const isThere = names.some((one) => one === '*' || one.toLowerCase() === name.toLowerCase())
  if (!isThere) res.setHeader('Vary', [...names, name].join(', '))
}

/**
 * Resolves once the response is sent or its client has disconnected, because a session store may delay the
 * response; at the latest after `limitMs`, because the responses of some hosts emit no events. If the host sets
 * no response on the request, it resolves in the next turn of the event loop.
 */
export function answered(req: RequestLike, limitMs: number): Promise<void> {
  const res = responseOf(req)
  return new Promise((resolve) => {
    // A response that has ended emits no more events. The mail must be sent although the client has left.
    if (typeof res?.once !== 'function' || res.writableFinished || res.destroyed) {
      setImmediate(resolve)
      return
    }
    const timer = setTimeout(resolve, limitMs)
    const end = () => {
      clearTimeout(timer)
      resolve()
    }
    res.once('finish', end)
    res.once('close', end)
  })
}

/** Ends a response with JSON that no cache may store. */
export function sendJson(res: ServerResponse, status: number, body: unknown): void {
  res.statusCode = status
  res.setHeader('Content-Type', 'application/json; charset=utf-8')
  res.setHeader('Cache-Control', 'no-store')
  res.end(JSON.stringify(body))
}
