// Compiled by `npm run typecheck`, never run: a catalogue without one of its sentences does not compile.
import type { Catalogue } from 'passport-email-otp'
import { en } from '../../src/languages/en.js'
import { pluralsOf } from '../../src/util/plurals.js'

const { not_sent: _reason, ...reasons } = en.reasons
const { tellNobody: _mail, ...mail } = en.mail
const { busy: _page, ...page } = en.page
const { failed: _title, ...titles } = en.page.titles
const { gone: _ended, ...ended } = en.page.ended
const { dir: _dir, ...undirected } = en

export const complete: Catalogue = { ...en, tag: 'en-GB' }

// @ts-expect-error a reason is missing
export const withoutReason: Catalogue = { ...en, reasons }
// @ts-expect-error a sentence of the mail is missing
export const withoutMail: Catalogue = { ...en, mail }
// @ts-expect-error a text of the page is missing
export const withoutPage: Catalogue = { ...en, page }
// @ts-expect-error a title is missing
export const withoutTitle: Catalogue = { ...en, page: { ...en.page, titles } }
// @ts-expect-error why a code ended is missing
export const withoutEnded: Catalogue = { ...en, page: { ...en.page, ended } }
// @ts-expect-error the direction is missing
export const withoutDirection: Catalogue = undirected
const lifetime = ({ hours }: { hours: number }) => `${hours}`
// @ts-expect-error a parameter that the sentence does not have
export const wrong: Catalogue = { ...en, mail: { ...en.mail, lifetime } }

const plural = pluralsOf('pl', ['one', 'few', 'many'])
plural(2, { one: '1', few: '2', many: '5' })
// @ts-expect-error a plural is missing
plural(2, { one: '1', few: '2' })
