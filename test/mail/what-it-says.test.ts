import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { type MailerOptions, mailer } from '../../src/mail/mailer.js'
import type { SendCode } from '../../src/mail/send-code.js'
import type { OutgoingMail } from '../../src/mail/transporter.js'
import { codeMail } from '../helpers/code-mail.js'

let outbox: OutgoingMail[]

function make(options: MailerOptions = {}): SendCode {
  const transport = { sendMail: async (mail: OutgoingMail) => outbox.push(mail) }
  return mailer({ transport, from: 'Acme <login@acme.example>', ...options })
}

/** The subject, the text and the HTML of one mail. */
async function written(options: MailerOptions = {}, mail: Parameters<typeof codeMail>[0] = {}) {
  await make(options)(codeMail(mail))
  const { subject, text, html } = outbox.at(-1) as OutgoingMail
  return { subject, text, html: html as string }
}

/** What a person reads of an HTML part, in order. */
function readable(html: string): string {
  return html
    .replace(/<head>.*<\/head>/s, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/&nbsp;|&zwnj;/g, '')
    .replace(/&#39;/g, "'")
    .replace(/\s+/g, ' ')
    .trim()
}

beforeEach(() => {
  outbox = []
})
afterEach(() => {
  vi.useRealTimers()
})

describe('the code', () => {
  test('begins the subject and ends the first sentence of both parts', async () => {
    const { subject, text, html } = await written()
    expect(subject).toBe('483920 is your Acme code')
    expect(text).toMatch(/^Your Acme sign-in code is 483920\.\n/)
    expect(readable(html)).toContain(
      'Acme Your Acme sign-in code is 483920 It works for 10 minutes.',
    )
  })

  test('is in the preview, hidden from eyes and screen readers alike', async () => {
    const { html } = await written()
    const [, style, preview] =
      /<body[^>]*>\s*<div aria-hidden="true" style="([^"]*)">(.*)/.exec(html) ?? []
    expect(style).toContain('display: none')
    expect(preview).toBe('Your Acme sign-in code is 483920. It works for 10 minutes.')
  })

  test('stays out of the subject on request', async () => {
    const { subject, text, html } = await written({ codeInSubject: false })
    expect(subject).toBe('Your Acme sign-in code')
    expect(text).toContain('483920')
    expect(html).toContain('483920')
    expect(html).toContain('<title>Your Acme sign-in code</title>')
  })

  test('can be copied as digits alone', async () => {
    const { html } = await written({}, { code: '0123456789', digits: 10 })
    expect(html).toMatch(/<p style="[^"]*letter-spacing[^"]*">0123456789<\/p>/)
  })

  test('is the only run of four digits or more, so that phones offer the right one', async () => {
    const codes = fc.stringMatching(/^\d{6,10}$/)
    const cases = fc.record({
      code: codes,
      minutes: fc.integer({ min: 0, max: 10 }),
      purpose: fc.constantFrom('login', 'change-password'),
      codeInSubject: fc.boolean(),
      from: fc.constantFrom('Acme & Sons <login@acme.example>', 'login@acme.example'),
    })
    await fc.assert(
      fc.asyncProperty(cases, async ({ code, minutes, purpose, codeInSubject, from }) => {
        const expiresAt = new Date(Date.now() + minutes * 60_000)
        const said = await written(
          { codeInSubject, from },
          { code, digits: code.length, expiresAt, purpose },
        )
        const runs = Object.values(said).flatMap((part) => part.match(/\d{4,}/g) ?? [])
        expect(new Set(runs)).toEqual(new Set([code]))
      }),
    )
  })
})

describe('the rest', () => {
  test('says how long, where to enter it, to tell nobody, and what to do unasked', async () => {
    const { text, html } = await written()
    expect(text).toBe(`Your Acme sign-in code is 483920.

It works for 10 minutes.

Enter it only on the page where you asked for it. Never give it to anyone, whoever they say they are.

If you didn't ask for it, ignore this mail: nobody can sign in without the code.
`)
    for (const paragraph of text.trim().split('\n\n').slice(1)) {
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
  ])('says %s with %i ms left', async (words, left) => {
    vi.useFakeTimers({ toFake: ['Date'] })
    const { text, html } = await written({}, { expiresAt: new Date(Date.now() + left) })
    expect(text).toContain(`It works for ${words}.`)
    expect(readable(html)).toContain(`It works for ${words}.`)
  })

  test('reads well without a name', async () => {
    const from = 'login@acme.example'
    const { subject, text, html } = await written({ from })
    expect(subject).toBe('483920 is your sign-in code')
    expect(text).toMatch(/^Your sign-in code is 483920\.\n/)
    expect(readable(html).split('It works')[1]).toMatch(/Your sign-in code is 483920/)
    expect(html).not.toMatch(/<p[^>]*>\s*<\/p>/)
    expect((await written({ from, codeInSubject: false })).subject).toBe('Your sign-in code')
  })

  test('takes the name from appName before the sender', async () => {
    const { subject } = await written({ appName: ' Acme Docs ' })
    expect(subject).toBe('483920 is your Acme Docs code')
  })

  test('does not speak of signing in where the code is for something else', async () => {
    const purpose = 'change-password'
    const { subject, text, html } = await written({}, { purpose })
    expect(subject).toBe('483920 is your Acme code')
    expect(text).toMatch(/^Your Acme code is 483920\.\n/)
    expect(text + html).not.toMatch(/sign.in/)
    expect((await written({ codeInSubject: false }, { purpose })).subject).toBe('Your Acme code')
    expect((await written({ from: 'a@x.org' }, { purpose })).subject).toBe('483920 is your code')
  })

  test('shows a name that is markup as text (INJ-05)', async () => {
    const appName = `<script>alert("1")</script> & 'Co'`
    const { text, html } = await written({ appName })
    expect(text).toContain(appName)
    expect(html).not.toContain('<script')
    expect(html).toContain(
      '&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#39;Co&#39; sign-in code',
    )
  })

  test('never holds the address, which a stranger chose (INJ-03)', async () => {
    const { subject, text, html } = await written({}, { to: 'a{{7*7}}@x.org' })
    expect(subject + text + html).not.toMatch(/7\*7|x\.org/)
  })
})

describe('the HTML', () => {
  test('is a whole page in English, for light and dark, that fetches nothing', async () => {
    const { html } = await written()
    expect(html).toMatch(/^<!doctype html>\n<html lang="en">/)
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
