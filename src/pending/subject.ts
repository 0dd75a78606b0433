import type { SubjectId } from '../passport/types.js'
import { own } from '../util/own.js'

/** A user's id as JSON can hold it: a bigint is tagged, so that it comes back as a bigint. */
export type StoredSubject = string | number | { readonly bigint: string }

export function storeSubject(subject: SubjectId | null): StoredSubject | null {
  return typeof subject === 'bigint' ? { bigint: String(subject) } : subject
}

export function loadSubject(stored: StoredSubject): SubjectId {
  return typeof stored === 'object' ? BigInt(stored.bigint) : stored
}

/** Whether a session or token holds a user's id that this package wrote. */
export function isStoredSubject(value: unknown): value is StoredSubject {
  if (typeof value === 'string') return true
  if (typeof value === 'number') return Number.isSafeInteger(value)
  const bigint = own(value, 'bigint')
  return typeof bigint === 'string' && /^-?\d{1,255}$/.test(bigint)
}
