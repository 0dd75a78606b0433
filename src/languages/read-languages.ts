import { describe } from '../util/describe.js'
import { wrongOption } from '../util/option-reader.js'
import { member } from '../util/own.js'
import type { Catalogue } from './catalogue.js'
import { en } from './en.js'

/** Some languages. The first one is used where the user wants none of them. */
export type Languages = readonly [Catalogue, ...Catalogue[]]

const EXPECTED =
  'an array of catalogues, such as [de] with import { de } from "passport-email-otp/languages/de"'

/**
 * Reads the option `languages`. Default: English.
 * @throws TypeError that names the sentence that is missing, because JavaScript does not check types.
 */
export function readLanguages(owner: string, languages: unknown = [en]): Languages {
  const wrong = (value: unknown, expected: string) =>
    wrongOption(owner, 'languages', describe(value), expected)
  if (!Array.isArray(languages) || languages.length === 0) throw wrong(languages, EXPECTED)
  const tags = new Set<string>()
  for (const catalogue of languages) {
    const tag = member(catalogue, 'tag')
    if (!isTag(tag)) throw wrong(catalogue, EXPECTED)
    if (tags.has(tag)) throw wrong(tag, 'an array without the same tag twice')
    tags.add(tag)
    const missing = missingIn(catalogue)
    if (missing !== undefined) {
      throw wrong(tag, `complete: "${missing}" is missing or of another type`)
    }
  }
  return [...languages] as unknown as Languages
}

function isTag(tag: unknown): tag is string {
  if (typeof tag !== 'string' || tag.length > 40) return false
  try {
    return Intl.getCanonicalLocales(tag)[0] === tag
  } catch {
    return false
  }
}

/** The first part that is not as in the English catalogue, such as `mail.lifetime`. */
function missingIn(catalogue: object): string | undefined {
  const dir = member(catalogue, 'dir')
  if (dir !== 'ltr' && dir !== 'rtl') return 'dir'
  return missingOf(catalogue, en)
}

function missingOf(given: unknown, model: object): string | undefined {
  for (const [name, text] of Object.entries(model)) {
    const own = member(given, name)
    if (typeof own !== typeof text || own === '' || own === null) return name
    const missing = typeof text === 'object' ? missingOf(own, text) : undefined
    if (missing !== undefined) return `${name}.${missing}`
  }
  return undefined
}
