import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { en } from '../../src/languages/en.js'
import type { MailerOptions } from '../../src/mail/mailer-options.js'
import type { OutgoingMail } from '../../src/mail/outgoing-mail.js'
import { stopClock } from '../helpers/clock.js'
import { codeMail } from '../helpers/code-mail.js'
import { numbersIn } from '../helpers/documents.js'
import { mailerTo } from '../helpers/mail.js'

/** A sign-in at Acme with the code of the tests. */
const ACME = { appName: 'Acme', purposeText: undefined, code: '483920' }
const NAMELESS = { ...ACME, appName: undefined }
const LIFETIME = en.mail.lifetime({ minutesLeft: 10 })

/** The subject, the text and the HTML of one mail. */
async function written(
  options: Partial<MailerOptions> = {},
  mail: Parameters<typeof codeMail>[0] = {},
) {
  const outbox: OutgoingMail[] = []
  const sendMail = async (one: OutgoingMail) => outbox.push(one)
  await mailerTo({ sendMail }, options)(codeMail(mail))
  const { subject, text, html } = outbox[0] as OutgoingMail
  return { subject, text, html: html as string }
}

/** The paragraphs of a mail without the origin of a strategy. */
const paragraphsOf = (label: string, ifNotRequested: string) => [
  ...[label, '483920', LIFETIME],
  ...[`${en.mail.enterOnlyWhereRequested} ${en.mail.tellNobody}`, ifNotRequested],
]

/** The text of an HTML part that a user reads, in order. */
function readable(html: string): string {
  return html
    .replace(/<head>.*<\/head>/s, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/&nbsp;|&zwnj;/g, '')
    .replace(/&#39;/g, "'")
    .replace(/\s+/g, ' ')
    .trim()
}

describe('the code', () => {
  test('begins the subject, has a line to itself in the text, and follows its label in the HTML', async () => {
    const { subject, text, html } = await written()
    const label = en.mail.codeLabel(ACME)
    expect(subject).toBe(en.mail.subject(ACME))
    expect(subject.startsWith('483920 ')).toBe(true)
    expect(text.split('\n').slice(0, 4)).toEqual([label, '', '483920', ''])
    expect(readable(html)).toContain(`Acme ${label} 483920 ${LIFETIME}`)
  })

  test('is in the preview, which is neither displayed nor read by a screen reader', async () => {
    const { html } = await written()
    const [, style, preview] =
      /<body[^>]*>\s*<div aria-hidden="true" style="([^"]*)">(.*)/.exec(html) ?? []
    expect(style).toContain('display: none')
    expect(preview).toBe(`${en.mail.codeSentence(ACME)} ${LIFETIME}`)
  })

  test('is not in the subject with codeInSubject: false', async () => {
    const { subject, text, html } = await written({ codeInSubject: false })
    expect(subject).toBe(en.mail.subjectWithoutCode(ACME))
    expect(subject).not.toContain('483920')
    expect(text).toContain('483920')
    expect(html).toContain('483920')
    expect(html).toContain(`<title>${subject}</title>`)
  })

  test('is one run of digits, so that it can be copied', async () => {
    const { html } = await written({}, { code: '0123456789', digits: 10 })
    expect(html).toMatch(/<p dir="ltr" style="[^"]*letter-spacing[^"]*">0123456789<\/p>/)
  })

  test('is the only run of four digits or more, so that phones offer the right one', async () => {
    const codes = fc.stringMatching(/^\d{6,10}$/)
    const cases = fc.record({
      code: codes,
      minutes: fc.integer({ min: 0, max: 10 }),
      purposeText: fc.constantFrom(undefined, 'change your password'),
      codeInSubject: fc.boolean(),
      from: fc.constantFrom('Acme & Sons <login@acme.example>', 'login@acme.example'),
    })
    await fc.assert(
      fc.asyncProperty(cases, async ({ code, minutes, purposeText, codeInSubject, from }) => {
        const expiresAt = new Date(Date.now() + minutes * 60_000)
        const said = await written(
          { codeInSubject, from },
          { code, digits: code.length, expiresAt, purposeText },
        )
        const runs = Object.values(said).flatMap((part) => part.match(/\d{4,}/g) ?? [])
        expect(new Set(runs)).toEqual(new Set([code]))
      }),
    )
  })
})

describe('the other texts', () => {
  test('state the lifetime, where to enter the code, to keep it secret, and what to do if it was not requested', async () => {
    const { text, html } = await written()
    const paragraphs = paragraphsOf(en.mail.codeLabel(ACME), en.mail.notRequested)
    expect(text).toBe(`${paragraphs.join('\n\n')}\n`)
    for (const paragraph of paragraphs) expect(readable(html)).toContain(paragraph)
  })

  test.each([
    [10, 600_000],
    [10, 597_000],
    [9, 594_000],
    [2, 120_000],
    [1, 119_000 - 5_000],
    [1, 60_000],
    [1, 1_000],
    [1, -1_000],
  ])('state a lifetime of %i minutes with %i ms left', async (minutesLeft, left) => {
    stopClock()
    const lifetime = en.mail.lifetime({ minutesLeft })
    expect(numbersIn(lifetime)).toEqual([`${minutesLeft}`])
    const { text, html } = await written({}, { expiresAt: new Date(Date.now() + left) })
    expect(text.split('\n')).toContain(lifetime)
    expect(readable(html)).toContain(lifetime)
  })

  test('are complete without an application name', async () => {
    const from = 'login@acme.example'
    const { subject, text, html } = await written({ from })
    const label = en.mail.codeLabel(NAMELESS)
    expect(subject).toBe(en.mail.subject(NAMELESS))
    expect(text.split('\n').slice(0, 3)).toEqual([label, '', '483920'])
    // The preview ends with the lifetime, so this is all that stands above it.
    expect(readable(html).split(LIFETIME)[1]?.trim()).toBe(`${label} 483920`)
    expect(html).not.toMatch(/<p[^>]*>\s*<\/p>/)
    const without = await written({ from, codeInSubject: false })
    expect(without.subject).toBe(en.mail.subjectWithoutCode(NAMELESS))
  })

  test('use appName rather than the name of the sender', async () => {
    const { subject } = await written({ appName: ' Acme Docs ' })
    expect(subject).toBe(en.mail.subject({ ...ACME, appName: 'Acme Docs' }))
  })

  test.each([
    ['an application name', 'Acme <a@x.org>', 'Acme'],
    ['no application name', 'a@x.org', undefined],
  ])('name a purpose and do not mention signing in, with %s', async (_name, from, appName) => {
    const use = { purpose: 'change-password', purposeText: 'change your password' }
    const { subject, text, html } = await written({ from }, use)
    const named = { ...ACME, appName, purposeText: use.purposeText }
    const label = en.mail.codeLabel(named)
    for (const part of ['change your password', appName ?? '']) expect(label).toContain(part)
    expect(subject).toBe(en.mail.subject(named))
    const paragraphs = paragraphsOf(label, en.mail.notRequestedForPurpose)
    expect(text).toBe(`${paragraphs.join('\n\n')}\n`)
    expect(readable(html)).toContain(`${label} 483920`)
    const { codeLabel, codeSentence, notRequested } = en.mail
    const signIn = { ...named, purposeText: undefined }
    for (const sentence of [codeLabel(signIn), codeSentence(signIn), notRequested]) {
      expect(readable(html)).not.toContain(sentence)
    }
    const without = await written({ from, codeInSubject: false }, use)
    expect(without.subject).toBe(en.mail.subjectWithoutCode(named))
  })
})

describe('the HTML', () => {
  test('is a complete page in English, for light and dark mode, that loads nothing', async () => {
    const { html } = await written()
    expect(html).toMatch(/^<!doctype html>\n<html lang="en" dir="ltr">/)
    expect(html).toContain('<meta name="color-scheme" content="light dark">')
    expect(html).toContain(`<title>${en.mail.subject(ACME)}</title>`)
    expect(html).toContain('max-width: 480px')
    expect(html).not.toMatch(/<(table|img|link|script|a)\b|https?:|url\(|undefined/)
  })

  test('closes every tag that it opens', async () => {
    const { html } = await written()
    const tags = html.matchAll(/<(\/?)(html|head|body|div|p|title|style)\b/g)
    const open: string[] = []
    for (const [, closes, name = ''] of tags) {
      if (closes) expect(open.pop()).toBe(name)
      else open.push(name)
    }
    expect(open).toEqual([])
  })
})
