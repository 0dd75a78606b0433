/** A language, completed by what it implies: `zh-TW` is written in `Hant`, `pt` is that of `BR`. */
interface Language {
  readonly language: string
  readonly script: string | undefined
  readonly region: string | undefined
  /** Whether the tag itself names script or region. */
  readonly isSpecific: boolean
}

/** Characters. Longer than any tag of a language that is written. */
const MAX_LENGTH = 40

/** What `no`, Norwegian, is read and written as. Browsers send either, and Intl does not replace the one by the other. */
const BOKMAL = 'nb'

/** How well one language serves a reader of another one. */
const SAME = 3
const OTHER_REGION = 2
/** Traditional and simplified Chinese, for one: most readers of the one can read the other, but it is not theirs. */
const OTHER_SCRIPT = 1
const NONE = 0

/**
 * Parses a language tag by `Intl.Locale`, which also replaces old names (`iw` is `he`). Reads POSIX names too
 * (`de_DE.UTF-8`), as applications store them. Returns `undefined` for anything that is no language.
 */
function parse(tag: string): Language | undefined {
  const [name = ''] = tag.slice(0, MAX_LENGTH).split(/[.@]/, 1)
  const subtags = name.split(/[-_]/)
  // What follows the first subtags may be unknown to Intl, as in "zh-cmn-Hans".
  for (const count of [subtags.length, 2, 1]) {
    try {
      const given = new Intl.Locale(subtags.slice(0, count).join('-'))
      const { language, script, region } = given.maximize()
      const isSpecific = given.script !== undefined || given.region !== undefined
      return { language: language === 'no' ? BOKMAL : language, script, region, isSpecific }
    } catch {
      // Tried again with fewer subtags.
    }
  }
  return undefined
}

function gradeOf(wanted: Language, offered: Language): number {
  if (wanted.language !== offered.language) return NONE
  if (wanted.script !== offered.script) return OTHER_SCRIPT
  return wanted.region === offered.region ? SAME : OTHER_REGION
}

type Tagged = { readonly tag: string }

/** What is offered stays the same for all requests, and Intl is slow. */
const offeredLanguages = new WeakMap<Tagged, Language>()

function languageOf(offered: Tagged): Language | undefined {
  const known = offeredLanguages.get(offered)
  if (known) return known
  const language = parse(offered.tag)
  if (language) offeredLanguages.set(offered, language)
  return language
}

/** The best of the offered languages for a reader, and how well it serves; the first of equals. */
function bestFor<T extends Tagged>(wanted: Language, offered: readonly T[]): [grade: number, T?] {
  let best: [number, T?] = [NONE]
  for (const one of offered) {
    const language = languageOf(one)
    const found = language ? gradeOf(wanted, language) : NONE
    if (found > best[0]) best = [found, one]
  }
  return best
}

/** The offered language that a tag means, in its script, if there is one. */
export function findLanguage<T extends Tagged>(tag: unknown, offered: readonly T[]): T | undefined {
  const wanted = typeof tag === 'string' ? parse(tag) : undefined
  const [found, best] = wanted ? bestFor(wanted, offered) : [NONE]
  return found >= OTHER_REGION ? best : undefined
}

/**
 * Chooses one of the offered languages for a reader who wants some, the most wanted first. A language in another
 * script than the reader's is chosen only if nothing else that the reader wants is offered.
 *
 * @returns `undefined` if the reader wants none of them
 */
export function chooseLanguage<T extends Tagged>(
  ranges: readonly { readonly tag: string; readonly quality: number }[],
  offered: readonly T[],
): T | undefined {
  const refused = ranges.filter(({ quality }) => quality === 0).map(({ tag }) => tag)
  const wanted = ranges.filter(({ quality }) => quality > 0).map(({ tag }) => tag)
  const languages = inTheirScript(wanted.map((tag) => (tag === '*' ? '*' : parse(tag))))
  let inOtherScript: T | undefined
  for (const language of languages) {
    if (language === '*') {
      const named = [...wanted, ...refused].filter((tag) => tag !== '*')
      const other = offered.find(isNotOneOf(named))
      if (other) return other
      continue
    }
    const [found, best] = bestFor(language, offered)
    if (found >= OTHER_REGION) return best
    inOtherScript ??= best
  }
  return inOtherScript ?? (refused.length > 0 ? offered.find(isNotOneOf(refused)) : undefined)
}

function isNotOneOf(tags: readonly string[]): (offered: Tagged) => boolean {
  return (offered) => !tags.some((tag) => findLanguage(tag, [offered]))
}

/**
 * Browsers add the bare language behind the one that the reader chose: `zh-TW, zh`. The bare `zh` implies
 * simplified Chinese, which this reader did not ask for, so it is taken in the script of the first.
 */
function inTheirScript(languages: readonly (Language | '*' | undefined)[]): (Language | '*')[] {
  const known = languages.filter((one) => one !== undefined)
  return known.map((one, i) => {
    if (one === '*' || one.isSpecific) return one
    const isTheirs = (other: Language | '*') =>
      other !== '*' && other.isSpecific && other.language === one.language
    return known.slice(0, i).find(isTheirs) ?? one
  })
}
