import { describe } from '../util/describe.js'
import { wrongOption } from '../util/option-reader.js'
import { own } from '../util/own.js'
import { setUpError } from '../util/set-up-error.js'

/** The purpose of a code unless a route names another one. */
export const LOGIN = 'login'

/** The words for a purpose in the mail, by the tag of a language; `undefined` for a sign-in. */
export type Purposes = ReadonlyMap<string, ReadonlyMap<string, string> | undefined>

const NAME = /^[a-z][a-z0-9-]{0,63}$/
/** One line that ends a sentence, without four digits in a row, which a phone could take for the code. */
const TEXT = /^(?!.*\p{Nd}{4})[^\p{Cc}\p{Zl}\p{Zp}]{1,100}$/u

/**
 * Reads the purposes. Where the strategy speaks several languages, words in only one of them would be wrong in the
 * mails of the others.
 *
 * @throws TypeError that names the wrong purpose and shows a right one.
 */
export function readPurposes(
  owner: string,
  purposes: unknown = {},
  languages: readonly { readonly tag: string }[],
): Purposes {
  const tags = languages.map(({ tag }) => tag)
  const wrong = (got: string) => wrongOption(owner, 'purposes', got, expectedFor(tags))
  if (typeof purposes !== 'object' || purposes === null || Array.isArray(purposes)) {
    throw wrong(describe(purposes))
  }
  const read = new Map<string, ReadonlyMap<string, string> | undefined>([[LOGIN, undefined]])
  for (const [name, words] of Object.entries(purposes)) {
    if (!NAME.test(name) || name === LOGIN) throw wrong(`the name ${describe(name)}`)
    const isOneForAll = tags.length === 1 && typeof words === 'string'
    read.set(
      name,
      new Map(
        tags.map((tag) => {
          const text = isOneForAll ? words : own(words, tag)
          if (isWords(text)) return [tag, text]
          const got = typeof words === 'object' ? `${describe(text)} in "${tag}"` : describe(words)
          throw wrong(`${got} for "${name}"`)
        }),
      ),
    )
  }
  return read
}

function isWords(text: unknown): text is string {
  return typeof text === 'string' && text.trim() !== '' && TEXT.test(text)
}

function expectedFor(tags: readonly string[]): string {
  const words =
    tags.length === 1
      ? '"change your e-mail address"'
      : `{ ${tags.map((tag) => `"${tag}": "…"`).join(', ')} }`
  return (
    `an object of purposes, each with its words for the mail, such as { "change-email": ${words} }: ` +
    `names of lower-case letters, digits and hyphens other than "${LOGIN}", words of 1 to 100 ` +
    'characters in one line without 4 digits in a row'
  )
}

/** The purpose that a route names. @throws TypeError if the strategy does not declare it. */
export function checkPurpose(purposes: Purposes, purpose: unknown = LOGIN): string {
  if (typeof purpose === 'string' && purposes.has(purpose)) return purpose
  const known = [...purposes.keys()].map((name) => `"${name}"`).join(', ')
  throw setUpError(
    `purpose must be one that the strategy's "purposes" declares (${known}); got ${describe(purpose)}`,
    'docs/guides/confirm-sensitive-actions.md',
  )
}
