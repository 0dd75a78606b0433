import { domainToUnicode } from 'node:url'

/** What a mail client's error may say beyond its name and message. */
const KEPT = ['code', 'command', 'responseCode', 'response', 'syscall', 'errno'] as const

/**
 * Copies an error without what must not reach a log: mail clients quote the recipient, and some quote the
 * whole mail with its code. The stack goes too, as it repeats the message.
 */
export function redactError(err: unknown, hidden: { code: string; email: string }): Error {
  const original = (err instanceof Error ? err : new Error(String(err))) as Error &
    Partial<Record<(typeof KEPT)[number], unknown>>
  const copy = new Error(redact(original.message, hidden))
  copy.name = original.name
  copy.stack = `${copy.name}: ${copy.message}`
  for (const key of KEPT) {
    const value = original[key]
    if (typeof value === 'string') Object.assign(copy, { [key]: redact(value, hidden) })
    if (typeof value === 'number') Object.assign(copy, { [key]: value })
  }
  return copy
}

function redact(text: string, { code, email }: { code: string; email: string }): string {
  const at = email.lastIndexOf('@') + 1
  // Some servers quote the domain decoded.
  const decoded = email.slice(0, at) + domainToUnicode(email.slice(at))
  const addresses = [email, decoded].map((address) => address.replace(/[^\p{L}\p{N}]/gu, '\\$&'))
  return text.replaceAll(code, '[code]').replace(new RegExp(addresses.join('|'), 'gi'), '[address]')
}
