import { domainToUnicode } from 'node:url'
import { textOf } from './describe.js'

/** The properties of an error that are kept beside its name and message. */
const KEPT = ['code', 'command', 'responseCode', 'response', 'syscall', 'errno'] as const

/** What an error must not contain. */
interface Hidden {
  readonly email: string
  readonly code: string
  /** The challenge's id, where the error may come from a session store. */
  readonly id?: string
}

/**
 * Copies an error without what must not reach a log: mail clients quote the recipient, some of them the
 * whole mail with its code, and session stores quote the session. No other property is copied.
 */
export function redactError(err: unknown, hidden: Hidden): Error {
  const original = (err instanceof Error ? err : { name: 'Error', message: err }) as {
    readonly [key in 'name' | 'message' | 'stack' | (typeof KEPT)[number]]?: unknown
  }
  const copy = new Error(redact(original.message, hidden))
  copy.name = redact(original.name, hidden)
  // The stack begins with the message.
  copy.stack = redact(original.stack ?? `${copy.name}: ${copy.message}`, hidden)
  for (const key of KEPT) {
    const value = original[key]
    if (typeof value === 'string') Object.assign(copy, { [key]: redact(value, hidden) })
    if (typeof value === 'number') Object.assign(copy, { [key]: value })
  }
  return copy
}

function redact(value: unknown, { email, code, id }: Hidden): string {
  const at = email.lastIndexOf('@') + 1
  // Some servers quote the domain decoded.
  const decoded = email.slice(0, at) + domainToUnicode(email.slice(at))
  const addresses = [email, decoded].map((address) => address.replace(/[^\p{L}\p{N}]/gu, '\\$&'))
  const kept = textOf(value)
    .replaceAll(code, '[code]')
    .replace(new RegExp(addresses.join('|'), 'gi'), '[address]')
  return id === undefined ? kept : kept.replaceAll(id, '[id]')
}
