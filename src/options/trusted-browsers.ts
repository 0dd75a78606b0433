import type { SubjectId } from '../passport/types.js'
import { describe } from '../util/describe.js'
import { checkNames, wrongOption } from '../util/option-reader.js'
import { own } from '../util/own.js'

type MaybePromise<T> = T | PromiseLike<T>

/** Lets users skip the second factor on browsers that they trust. */
export interface TrustedBrowserOptions<Subject extends SubjectId = string> {
  /** How long a browser is trusted, in days, 1 to 90. Required. A lower number also ends what was trusted before. */
  readonly days: number
  /**
   * Returns what changes when all trust of a user must end, such as a number that each change of the password
   * increases. Text of 1 to 255 characters or a finite number; a code is required if it returns nothing, an empty
   * text or anything else, or throws. Called with the subject when a browser becomes trusted, and when a trusted
   * browser signs in.
   */
  readonly version: (subject: Subject) => MaybePromise<string | number | null | undefined>
}

/** The validated option. */
export interface TrustedBrowsers {
  readonly days: number
  readonly version: (subject: SubjectId) => unknown
}

const MAX_DAYS = 90

/** @throws TypeError for a wrong option, or one that the others rule out */
export function readTrustedBrowsers(
  owner: string,
  value: unknown,
  { pendingIn, hasSubject }: { pendingIn: 'session' | 'token'; hasSubject: boolean },
): TrustedBrowsers | undefined {
  if (value === undefined) return undefined
  const wrong = (expected: string) =>
    wrongOption(owner, 'trustedBrowsers', describe(value), expected)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw wrong('an object, such as { days: 30, version: (id) => users.passwordVersion(id) }')
  }
  if (pendingIn === 'token') throw wrong('left out with pendingIn "token" (it is a cookie)')
  if (!hasSubject) throw wrong('left out without subjectFromRequest: trust belongs to a user')
  checkNames(`${owner}: trustedBrowsers`, value, ['days', 'version'])
  const days = own(value, 'days')
  if (!Number.isInteger(days) || (days as number) < 1 || (days as number) > MAX_DAYS) {
    const expected = `a whole number from 1 to ${MAX_DAYS}`
    throw wrongOption(owner, 'trustedBrowsers.days', describe(days), expected)
  }
  const version = own(value, 'version')
  if (typeof version !== 'function') {
    const expected = 'a function, such as (id) => users.passwordVersion(id)'
    throw wrongOption(owner, 'trustedBrowsers.version', describe(version), expected)
  }
  return Object.freeze({ days: days as number, version: version as TrustedBrowsers['version'] })
}
