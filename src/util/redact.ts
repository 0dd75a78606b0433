import { textOf } from './describe.js'
import { type Hidden, redactorOf } from './redactor.js'

/** The properties of an error that are kept beside its name, message and stack. */
const KEPT = ['code', 'command', 'responseCode', 'response', 'syscall', 'errno'] as const

/**
 * Copies an error without what must not reach a log: mail servers quote the recipient, some mail clients the
 * whole mail with its code, and session stores the session. No other property is copied.
 */
export function redactError(err: unknown, hidden: Hidden): Error {
  const original = (err instanceof Error ? err : { name: 'Error', message: err }) as {
    readonly [key in 'name' | 'message' | 'stack' | (typeof KEPT)[number]]?: unknown
  }
  const { prose, identifier } = redactorOf(hidden)
  const message = textOf(original.message)
  const copy = new Error(prose(message))
  copy.name = identifier(textOf(original.name))
  const stack = textOf(original.stack ?? `${copy.name}: ${message}`)
  // The stack begins with the message. The frames after it name files and functions of this machine.
  const messageAt = stack.lastIndexOf(message)
  const framesAt = messageAt < 0 ? stack.length : messageAt + message.length
  copy.stack = prose(stack.slice(0, framesAt)) + identifier(stack.slice(framesAt))
  for (const key of KEPT) {
    const value = original[key]
    if (typeof value === 'number') Object.assign(copy, { [key]: value })
    if (typeof value !== 'string') continue
    Object.assign(copy, { [key]: key === 'response' ? prose(value) : identifier(value) })
  }
  return copy
}
