import type { Catalogue } from 'passport-email-otp'
import { describe, expect, it } from 'vitest'
import { parseCode } from '../../src/challenge/parse-code.js'
import { en } from '../../src/languages/en.js'
import { he } from '../../src/languages/he.js'
import { TAGS } from './list.js'

const MODULES = await Promise.all(
  TAGS.map(async (tag) => [tag, await import(`../../src/languages/${tag}.ts`)] as const),
)

type Parameters = Record<string, unknown>

/** What a sentence may be given, with values that a text in any language distinguishes. */
const VALUES: Record<string, readonly unknown[]> = {
  digits: [6, 7, 8, 9, 10],
  attemptsLeft: [1, 2, 3, 4, 5, 6, 7, 8, 9],
  retryAfterSeconds: [1, 2, 30, 90, 91, 300, 3600, 5400, 5401, 18_000, 86_400],
  code: ['493027', '0123456789'],
  appName: ['Acme', undefined],
  purposeText: ['PURPOSE', undefined],
  minutesLeft: [1, 2, 3, 5, 10],
  host: ['app.acme.example', 'acme.test'],
  email: ['ada@example.com', 'a•••@example.com'],
  minutes: [1, 2, 3, 5, 10],
  time: ['0:25', '1:30'],
  days: Array.from({ length: 90 }, (_, i) => i + 1),
}
const FIRST: Parameters = Object.fromEntries(
  Object.entries(VALUES).map(([name, values]) => [name, values[0]]),
)
/** What is inserted as it stands. Numbers may become words. */
const VERBATIM = ['code', 'appName', 'host', 'email', 'time']

type Sentence = string | ((parameters: Parameters) => string)

/** All sentences of a catalogue by their path, such as `page.ended.spent`. */
function sentencesOf(part: object, path = ''): [string, Sentence][] {
  return Object.entries(part).flatMap(([name, value]) =>
    typeof value === 'object' ? sentencesOf(value, `${path}${name}.`) : [[path + name, value]],
  )
}

const partsOf = ({ reasons, mail, page }: Catalogue) => ({ reasons, mail, page })
const ENGLISH = new Map(sentencesOf(partsOf(en)))

/** The parameters that the English sentence reads, whatever their values. */
function parametersOf(sentence: Sentence): string[] {
  if (typeof sentence === 'string') return []
  const read = new Set<string>()
  for (const given of [FIRST, { ...FIRST, appName: undefined }]) {
    sentence(
      new Proxy(given, {
        get: (target, name) => {
          read.add(String(name))
          return target[String(name)]
        },
      }),
    )
  }
  return [...read]
}

/** The sentence for each combination of its parameters' values. */
function variantsOf(sentence: Sentence, names: readonly string[]): [Parameters, string][] {
  if (typeof sentence === 'string') return [[{}, sentence]]
  const all = names.reduce<Parameters[]>(
    (made, name) =>
      made.flatMap((one) => (VALUES[name] ?? []).map((value) => ({ ...one, [name]: value }))),
    [{}],
  )
  return all.map((parameters) => [parameters, sentence(parameters)])
}

it('Hebrew writes one as a word behind its noun', () => {
  const { reasons, mail, page } = he
  const sentences = [mail.lifetime({ minutesLeft: 1 }), page.codeLifetime({ minutes: 1 })]
  sentences.push(page.trustBrowser({ days: 1 }), reasons.rate_limited({ retryAfterSeconds: 1 }))
  for (const sentence of sentences) {
    expect(sentence).not.toContain('1')
    expect(sentence.includes('אחת') || sentence.includes('אחד')).toBe(true)
  }
})

it('the list has English, and every catalogue by its tag', () => {
  expect(TAGS).toContain('en')
  for (const [tag, module] of MODULES) {
    const name = tag.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase())
    expect(Object.keys(module).sort()).toEqual([name, 'default'].sort())
    expect(module.default).toBe(module[name])
    expect(module.default.tag).toBe(tag)
    expect(Intl.getCanonicalLocales(tag)).toEqual([tag])
  }
})

/** What ends a sentence, by what ends the English one. A heading or a button ends with none of them. */
const ENDS: Readonly<Record<string, RegExp>> = {
  '.': /[\p{L}\p{N})）][.。]$/u,
  '?': /[\p{L}\p{N})\u00a0][?？؟]$/u,
  ':': /[\p{L}\p{N})）\u00a0][:：]$/u,
  '…': /[\p{L} ]…$/u,
}
const ENDS_WITHOUT = /[\p{L}\p{N})）]$/u

/** Marks that a language writes in another way. */
const WRONG_MARKS: Readonly<Record<string, RegExp>> = {
  ar: /\p{Script=Arabic}\s*[,;?]/u,
  fr: /['"]|[^\u00a0\d][:;?!](?!\d)/u,
  ja: /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]\s*[.,:;?!()]/u,
  'zh-Hans': /\p{Script=Han}\s*[.,:;?!()]/u,
}

describe.each(MODULES.map(([tag, module]) => [tag, module.default as Catalogue] as const))(
  'the catalogue %s',
  (tag, catalogue) => {
    const sentences = sentencesOf(partsOf(catalogue))
    const said = sentences.flatMap(([path, sentence]) => {
      const names = parametersOf(ENGLISH.get(path) as Sentence)
      return variantsOf(sentence, names).map(([parameters, text]) => ({ path, parameters, text }))
    })

    it('has the same sentences as the English one, and no other', () => {
      expect(sentences.map(([path]) => path).sort()).toEqual([...ENGLISH.keys()].sort())
    })

    it('is written in the direction of its language', () => {
      const locale = new Intl.Locale(tag) as Intl.Locale & {
        textInfo?: { direction: string }
        getTextInfo?(): { direction: string }
      }
      expect(catalogue.dir).toBe((locale.getTextInfo?.() ?? locale.textInfo)?.direction)
    })

    it('has no other run of four or more digits of any script than the code', () => {
      for (const { path, parameters, text } of said) {
        const runs = text.match(/\p{Nd}{4,}/gu) ?? []
        for (const run of runs) expect([parameters.code], path).toContain(run)
      }
    })

    it('uses every parameter', () => {
      for (const [path, sentence] of sentences) {
        for (const name of parametersOf(ENGLISH.get(path) as Sentence)) {
          // The purpose is only in a subject that names no application.
          const others = path === 'mail.subject' && name === 'purposeText' ? ['appName'] : []
          const given = { ...FIRST, ...Object.fromEntries(others.map((one) => [one, undefined])) }
          const texts = (VALUES[name] ?? []).map((value) =>
            (sentence as (parameters: Parameters) => string)({ ...given, [name]: value }),
          )
          expect(new Set(texts).size, `${path} with each ${name}`).toBe(texts.length)
        }
      }
    })

    it('inserts names, addresses and codes unchanged', () => {
      for (const { path, parameters, text } of said) {
        for (const name of VERBATIM) {
          const value = parameters[name]
          if (typeof value === 'string') expect(text, path).toContain(value)
        }
        const { purposeText, appName } = parameters
        // A subject names the application, if it has a name, and else the purpose.
        if (typeof purposeText === 'string' && (path !== 'mail.subject' || appName === undefined)) {
          expect(text, path).toContain(purposeText)
        }
        expect(text, path).not.toContain('undefined')
      }
    })

    it('begins a subject with the code', () => {
      for (const { path, parameters, text } of said) {
        if (path === 'mail.subject') expect(text.indexOf(String(parameters.code))).toBe(0)
      }
    })

    it('has a code that is read where a subject, a sentence or the whole text is pasted', () => {
      const { subject, codeSentence, codeLabel, lifetime } = catalogue.mail
      const minutes = lifetime({ minutesLeft: 10 })
      for (const code of ['493027', '00493027', '4930275816']) {
        for (const appName of [undefined, 'Acme', '1Password', 'Studio 54', 'アクメ']) {
          for (const purposeText of [undefined, 'pay 20']) {
            const parameters = { code, appName, purposeText }
            for (const text of [
              subject(parameters),
              codeSentence(parameters),
              `${codeSentence(parameters)} ${minutes}`,
              `${codeLabel(parameters)}\n\n${code}\n\n${minutes}`,
              `${subject(parameters)}\n${codeLabel(parameters)}\n${code}`,
            ]) {
              expect(parseCode(text, code.length), text).toBe(code)
            }
          }
        }
      }
    })

    it('ends each sentence as the English one ends, and has the marks of its script', () => {
      for (const { path, parameters, text } of said) {
        const english = ENGLISH.get(path) as Sentence
        const original = typeof english === 'string' ? english : english(parameters)
        expect(text, path).toMatch(ENDS[original.at(-1) ?? ''] ?? ENDS_WITHOUT)
        expect(text, path).not.toMatch(WRONG_MARKS[tag] ?? /^$/)
      }
    })

    it('has text in every sentence, in one line, without markup, marks and stray spaces', () => {
      for (const { path, text } of said) {
        expect(text, path).toBe(text.trim())
        expect(text, path).toMatch(/[\p{L}\p{Lo}]/u)
        expect(text, path).not.toMatch(/[<>\p{Cc}\p{Zl}\p{Zp}\u2066-\u2069]| {2}/u)
      }
    })

    if (tag !== 'en') {
      it('leaves no sentence in English', () => {
        for (const { path, parameters, text } of said) {
          const english = ENGLISH.get(path) as Sentence
          const original = typeof english === 'string' ? english : english(parameters)
          expect(text, path).not.toBe(original)
        }
      })
    }
  },
)
