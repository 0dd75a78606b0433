import type { Catalogue, EmailOtpOptions } from 'passport-email-otp'
import { Strategy } from 'passport-email-otp'
import { describe, expect, it } from 'vitest'
import { en } from '../../src/languages/en.js'
import { SECRET } from '../helpers/mail.js'
import { markedCatalogue } from '../helpers/marked-catalogue.js'
import { expectRejected } from '../helpers/rejects-option.js'

const de = markedCatalogue('de')
/** Where a catalogue comes from. An error shows it for whatever is none. */
const IMPORT = '"passport-email-otp/languages/de"'

function make(options: object) {
  return new Strategy(
    { secret: SECRET, sendCode: async () => {}, ...options } as EmailOtpOptions,
    async (email) => ({ email }),
  )
}

describe('languages', () => {
  it.each([
    ['one', [de]],
    ['several', [de, en]],
    ['one with another sentence', [{ ...en, reasons: { ...en.reasons, not_sent: 'Oh.' } }]],
    ['one of a module, whose object has no prototype', [Object.assign(Object.create(null), de)]],
  ])('takes %s', (_name, languages) => {
    expect(() => make({ languages })).not.toThrow()
  })

  const without = (part: 'reasons' | 'mail' | 'page', name: string) => {
    const { [name]: _, ...others } = de[part] as unknown as Record<string, unknown>
    return { ...de, [part]: others }
  }
  const { busy: _, ...page } = en.page

  it.each([
    ['a tag in place of a catalogue', ['de'], IMPORT],
    ['a catalogue without an array', de, IMPORT],
    ['an empty array', [], IMPORT],
    ['a whole module', [{ de, default: de }], IMPORT],
    ['the same tag twice', [de, { ...de }], '"de"'],
    ['a tag that is none', [{ ...de, tag: 'de_DE' }], IMPORT],
    ['a tag in another spelling', [{ ...de, tag: 'DE-de' }], IMPORT],
    ['a direction that is none', [{ ...de, dir: 'up' }], '"dir"'],
    ['a catalogue without a reason', [without('reasons', 'not_sent')], '"reasons.not_sent"'],
    [
      'a catalogue without a sentence of the mail',
      [without('mail', 'lifetime')],
      '"mail.lifetime"',
    ],
    ['a catalogue without a sentence of the page', [{ ...de, page }], '"page.busy"'],
    ['a catalogue without a title', [{ ...de, page: { ...de.page, titles: {} } }], '"page.titles'],
    ['a catalogue without a part', [{ ...de, mail: null }], '"mail"'],
    ['an empty sentence', [{ ...de, mail: { ...de.mail, tellNobody: '' } }], '"mail.tellNobody"'],
    ['text for a function', [{ ...de, mail: { ...de.mail, subject: 'x' } }], '"mail.subject"'],
  ])('rejects %s, and names what is wrong', (_name, languages, named) => {
    expectRejected(() => make({ languages }), 'languages', named)
  })

  it('stays what it was, whatever happens to the array afterwards', () => {
    const languages: Catalogue[] = [de]
    const strategy = make({ languages })
    languages[0] = en
    expect(strategy.pageState({ headers: {} }).texts).toBe(de.page)
  })
})

describe('purposes with several languages', () => {
  it.each([
    ['words in one language', { pay: 'pay a bill' }],
    ['words in only one of them', { pay: { de: 'Rechnung bezahlen' } }],
    ['empty words in one', { pay: { de: 'Rechnung bezahlen', en: ' ' } }],
    ['inherited words', { pay: Object.create({ de: 'x', en: 'x' }) }],
  ])('rejects %s', (_name, purposes) => {
    expectRejected(() => make({ languages: [de, en], purposes }), 'purposes')
  })

  it.each([
    ['words in each of them', [de, en], { de: 'Rechnung bezahlen', en: 'pay a bill' }],
    ['words without a tag where there is one language', [de], 'Rechnung bezahlen'],
  ])('takes %s', (_name, languages, pay) => {
    expect(() => make({ languages, purposes: { pay } })).not.toThrow()
  })
})
