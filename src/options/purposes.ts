import { describe } from '../util/describe.js'
import { wrongOption } from '../util/option-reader.js'

/** The purpose of a code unless a route names another one. */
export const LOGIN = 'login'

/** The purposes of codes, each with its words for the mail; `undefined` for a sign-in. */
export type Purposes = ReadonlyMap<string, string | undefined>

const NAME = /^[a-z][a-z0-9-]{0,63}$/
/** One line that ends a sentence, without four digits in a row, which a phone could take for the code. */
const TEXT = /^(?!.*\p{Nd}{4})[^\p{Cc}\p{Zl}\p{Zp}]{1,100}$/u

/** @throws TypeError that names the wrong purpose and shows a right one. */
export function readPurposes(owner: string, purposes: unknown = {}): Purposes {
  const wrong = (got: string) =>
    wrongOption(
      owner,
      'purposes',
      got,
      'an object of purposes, each with its words for the mail, such as { "change-email": "change ' +
        'your e-mail address" }: names of lower-case letters, digits and hyphens other than ' +
        `"${LOGIN}", words of 1 to 100 characters in one line without 4 digits in a row`,
    )
  if (typeof purposes !== 'object' || purposes === null || Array.isArray(purposes)) {
    throw wrong(describe(purposes))
  }
  for (const [name, text] of Object.entries(purposes)) {
    if (!NAME.test(name) || name === LOGIN) throw wrong(`the name ${describe(name)}`)
    if (typeof text !== 'string' || text.trim() === '' || !TEXT.test(text)) {
      throw wrong(`${describe(text)} for "${name}"`)
    }
  }
  return new Map<string, string | undefined>([[LOGIN, undefined], ...Object.entries(purposes)])
}

/** The purpose that a route names. @throws TypeError if the strategy does not declare it. */
export function checkPurpose(purposes: Purposes, purpose: unknown = LOGIN): string {
  if (typeof purpose === 'string' && purposes.has(purpose)) return purpose
  const known = [...purposes.keys()].map((name) => `"${name}"`).join(', ')
  throw new TypeError(
    `purpose must be one that the strategy's "purposes" declares (${known}); got ${describe(purpose)}`,
  )
}
