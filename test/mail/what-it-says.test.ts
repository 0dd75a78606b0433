import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { en } from '../../src/languages/en.js'
import type { MailerOptions } from '../../src/mail/mailer-options.js'
import type { OutgoingMail } from '../../src/mail/outgoing-mail.js'
import { stopClock } from '../helpers/clock.js'
import { codeMail } from '../helpers/code-mail.js'
import { mailerTo } from '../helpers/mail.js'

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
    expect(subject).toBe('483920 is your Acme code')
    expect(text.split('\n').slice(0, 4)).toEqual(['Your Acme sign-in code:', '', '483920', ''])
    expect(readable(html)).toContain('Acme Your Acme sign-in code: 483920 It works for 10 minutes.')
  })

  test('is in the preview, which is neither displayed nor read by a screen reader', async () => {
    const { html } = await written()
    const [, style, preview] =
      /<body[^>]*>\s*<div aria-hidden="true" style="([^"]*)">(.*)/.exec(html) ?? []
    expect(style).toContain('display: none')
    expect(preview).toBe('Your Acme sign-in code is 483920. It works for 10 minutes.')
  })

  test('is not in the subject with codeInSubject: false', async () => {
    const { subject, text, html } = await written({ codeInSubject: false })
    expect(subject).toBe('Your Acme sign-in code')
    expect(text).toContain('483920')
    expect(html).toContain('483920')
    expect(html).toContain('<title>Your Acme sign-in code</title>')
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
    expect(text).toBe(`Your Acme sign-in code:

483920

It works for 10 minutes.

Enter it only on the page where you requested it. Do not give it to anyone, even if they say that they work for us.

If you did not request it, ignore this mail. Signing in is not possible without the code.
`)
    for (const paragraph of text.trim().split('\n\n')) {
      expect(readable(html)).toContain(paragraph)
    }
  })

  test.each([
    ['10 minutes', 600_000],
    ['10 minutes', 597_000],
    ['9 minutes', 594_000],
    ['2 minutes', 120_000],
    ['1 minute', 119_000 - 5_000],
    ['1 minute', 60_000],
    ['1 minute', 1_000],
    ['1 minute', -1_000],
  ])('state a lifetime of %s with %i ms left', async (words, left) => {
    stopClock()
    const { text, html } = await written({}, { expiresAt: new Date(Date.now() + left) })
    expect(text).toContain(`It works for ${words}.`)
    expect(readable(html)).toContain(`It works for ${words}.`)
  })

  test('are complete without an application name', async () => {
    const from = 'login@acme.example'
    const { subject, text, html } = await written({ from })
    expect(subject).toBe('483920 is your sign-in code')
    expect(text.split('\n').slice(0, 3)).toEqual(['Your sign-in code:', '', '483920'])
    expect(readable(html).split('It works')[1]).toMatch(/Your sign-in code: 483920/)
    expect(html).not.toMatch(/<p[^>]*>\s*<\/p>/)
    expect((await written({ from, codeInSubject: false })).subject).toBe('Your sign-in code')
  })

  test('use appName rather than the name of the sender', async () => {
    const { subject } = await written({ appName: ' Acme Docs ' })
    expect(subject).toBe('483920 is your Acme Docs code')
  })

  test.each([
    ['an application name', 'Acme <a@x.org>', 'Acme', 'Acme code'],
    ['no application name', 'a@x.org', undefined, 'code to change your password'],
  ])(
    'name a purpose and do not mention signing in, with %s',
    async (_name, from, appName, thing) => {
      const use = { purpose: 'change-password', purposeText: 'change your password' }
      const { subject, text, html } = await written({ from }, use)
      const label = en.mail.codeLabel({ appName, purposeText: use.purposeText })
      expect(label).toBe(`Your ${appName ? 'Acme ' : ''}code to change your password:`)
      expect(subject).toBe(`483920 is your ${thing}`)
      expect(text.split('\n')[0]).toBe(label)
      expect(readable(html)).toContain(`${label} 483920`)
      expect(text).toContain(en.mail.notRequestedForPurpose)
      expect(text + html).not.toMatch(/sign.in/i)
      const without = await written({ from, codeInSubject: false }, use)
      expect(`${without.subject}:`).toBe(label)
    },
  )
})

describe('the HTML', () => {
  test('is a complete page in English, for light and dark mode, that loads nothing', async () => {
    const { html } = await written()
    expect(html).toMatch(/^<!doctype html>\n<html lang="en" dir="ltr">/)
    expect(html).toContain('<meta name="color-scheme" content="light dark">')
    expect(html).toContain('<title>483920 is your Acme code</title>')
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
