import { readdirSync } from 'node:fs'
import type { Catalogue } from 'passport-email-otp'
import { describe, expect, it } from 'vitest'
import { parseCode } from '../../src/challenge/parse-code.js'
import { en } from '../../src/languages/en.js'

/** Files of the folder that are no language. */
const OTHERS = [
  'catalogue',
  'en-page',
  'mail-texts',
  'page-texts',
  'read-languages',
  'reason-texts',
]

const folder = new URL('../../src/languages/', import.meta.url)
const files = readdirSync(folder)
  .map((name) => name.replace(/\.ts$/, ''))
  .filter((name) => !OTHERS.includes(name))

const catalogues: [string, Catalogue][] = await Promise.all(
  files.map(async (tag): Promise<[string, Catalogue]> => {
    const module = await import(`../../src/languages/${tag}.ts`)
    return [tag, module.default]
  }),
)

/** Values that no sentence holds by itself. */
const PARAMETERS = {
  appName: 'Qacme',
  purposeText: 'Qpurpose',
  code: '\u0001',
  minutesLeft: 7,
  minutes: 7,
  host: 'q.example',
  digits: 8,
  email: 'q@e.example',
  time: '0:25',
  attemptsLeft: 3,
  retryAfterSeconds: 5400,
}

type Part = string | ((parameters: typeof PARAMETERS) => string) | { readonly [name: string]: Part }

/** Every sentence of a catalogue, with the parameters that it reads. */
function sentences(part: Part, path = ''): { path: string; text: string; read: string[] }[] {
  if (typeof part === 'string') return [{ path, text: part, read: [] }]
  if (typeof part === 'object') {
    return Object.entries(part).flatMap(([name, inner]) => sentences(inner, `${path}.${name}`))
  }
  const read: string[] = []
  const watched = new Proxy(PARAMETERS, {
    get(target, name) {
      read.push(String(name))
      return Reflect.get(target, name)
    },
  })
  return [{ path, text: part(watched), read: [...new Set(read)].sort() }]
}

const partsOf = ({ reasons, mail, page }: Catalogue) =>
  sentences({ reasons, mail, page } as unknown as Part)

const ENGLISH = new Map(partsOf(en).map((one) => [one.path, one]))

/** Other languages that write a text as English does. */
const SAME: Readonly<Record<string, readonly string[]>> = {}

describe.each(catalogues)('%s', (tag, catalogue) => {
  it('has its own tag, which is a canonical one, and the direction of its script', () => {
    expect(catalogue.tag).toBe(tag)
    expect(Intl.getCanonicalLocales(tag)).toEqual([tag])
    expect(catalogue.dir).toBe(['ar', 'he'].includes(tag) ? 'rtl' : 'ltr')
  })

  it('has every sentence, none of them in English', () => {
    const own = partsOf(catalogue)
    expect(own.map(({ path }) => path).sort()).toEqual([...ENGLISH.keys()].sort())
    expect(own.filter(({ text }) => text.trim() === '')).toEqual([])
    if (tag === 'en') return
    const left = own.filter(({ path, text }) => text === ENGLISH.get(path)?.text)
    expect(left.map(({ path }) => path)).toEqual(SAME[tag] ?? [])
  })

  it('uses every parameter that the English sentence uses', () => {
    for (const { path, text, read } of partsOf(catalogue)) {
      const needed = ENGLISH.get(path)?.read ?? []
      expect({ path, read }).toEqual({ path, read: expect.arrayContaining(needed) })
      const shown = read.filter((name) => ['code', 'email', 'host', 'time'].includes(name))
      for (const name of shown) {
        expect(text, path).toContain(PARAMETERS[name as keyof typeof PARAMETERS])
      }
    }
  })

  it('has a subject, a sentence and a label whose code is read where they are pasted', () => {
    const { subject, codeSentence, codeLabel, lifetime } = catalogue.mail
    const minutes = lifetime({ minutesLeft: 10 })
    for (const code of ['493027', '00493027', '4930275816']) {
      for (const appName of [undefined, 'Acme', '1Password', 'Studio 54', '\u30a2\u30af\u30df']) {
        for (const purposeText of [undefined, 'pay 20']) {
          const parameters = { code, appName, purposeText }
          for (const text of [
            subject(parameters),
            codeSentence(parameters),
            `${codeSentence(parameters)} ${minutes}`,
            `${codeLabel(parameters)}\n\n${code}\n\n${minutes}`,
          ]) {
            expect(parseCode(text, code.length), text).toBe(code)
          }
        }
      }
    }
  })

  it('has no other number that a phone could take for a code', () => {
    for (const { path, text } of partsOf(catalogue)) expect(text, path).not.toMatch(/\p{Nd}{4,}/u)
  })

  it('has a sentence for each number of tries left, and for each wait', () => {
    const { invalid_code, rate_limited } = catalogue.reasons
    const tries = [1, 2, 3, 4, 5, 6, 7, 8, 9].map((attemptsLeft) => invalid_code({ attemptsLeft }))
    expect(new Set(tries).size).toBe(9)
    const waits = [1, 2, 30, 90, 91, 600, 5400, 5401, 86_400].map((retryAfterSeconds) =>
      rate_limited({ retryAfterSeconds }),
    )
    expect([...tries, ...waits].filter((text) => text.includes('undefined'))).toEqual([])
    expect(new Set(waits).size).toBe(waits.length)
  })

  it('names purpose and application where they are given, and leaves no gap where not', () => {
    const { mail } = catalogue
    const bare = { code: '493027', appName: undefined, purposeText: undefined }
    const full = { code: '493027', appName: 'Acme', purposeText: 'pay a bill' }
    for (const write of [
      mail.subject,
      mail.subjectWithoutCode,
      mail.codeSentence,
      mail.codeLabel,
    ]) {
      expect(write(bare)).not.toMatch(/undefined| {2}/)
      expect(write({ ...bare, appName: 'Acme' })).toContain('Acme')
      expect(write({ ...bare, purposeText: 'pay a bill' })).toContain('pay a bill')
      expect(write(full)).toContain('Acme')
    }
    expect(mail.subject(bare).startsWith('493027')).toBe(true)
  })
})
