import {
  type CodeMail,
  type MailerOptions,
  type MessageDetails,
  mailer,
  Strategy,
  standardMessage,
} from 'passport-email-otp'
import { describe, expect, it } from 'vitest'
import { anybody, SECRET } from '../helpers/mail.js'
import { expectRejected } from '../helpers/rejects-option.js'
import { ORIGIN, sent as sentMail } from './sent-mail.js'

const PAGE = `${ORIGIN}/login`
const FILLED_IN = `${PAGE}?fill#483920.abcdefghijklmnopqrstuv`

/** A mail whose link leads to the page. */
const sent = (changes: Partial<CodeMail> = {}, options: Partial<MailerOptions> = {}) =>
  sentMail({ origin: ORIGIN, ...changes }, { link: PAGE, ...options })

const linksIn = (html: string) => [...html.matchAll(/ href="([^"]*)"/g)].map(([, url]) => url)

describe('the link of a mail', () => {
  it('holds the code and the id of its request in the fragment, in both parts', async () => {
    const { text, html } = await sent()
    expect(linksIn(html)).toEqual([FILLED_IN])
    // The code keeps its own line, and the host ends the text.
    const lines = text.trimEnd().split('\n')
    expect(lines).toEqual(expect.arrayContaining(['483920', FILLED_IN]))
    expect(lines.at(-1)).toBe('@app.acme.example #483920')
  })

  it.each([
    [`${ORIGIN}/login?lang=de`, '/login?lang=de&fill'],
    [`${ORIGIN}/login?`, '/login?&fill'],
    [`${ORIGIN}/login#`, '/login?fill'],
    [ORIGIN, '/?fill'],
    ['HTTPS://APP.acme.example:443/Login', '/Login?fill'],
  ])('leads to %s', async (link, path) => {
    const [url] = linksIn((await sent({}, { link })).html)
    expect(url?.replace('&amp;', '&').split('#')[0]).toBe(ORIGIN + path)
  })

  it('is only in the mail of a sign-in, because other codes are entered on other pages', async () => {
    const { text, html } = await sent({ purpose: 'pay', purposeText: 'pay a bill' })
    expect(text + html).not.toContain('/login')
  })

  it('is given to the message of an application, as a whole and without the code', async () => {
    let given: MessageDetails<never> | undefined
    const message = (details: MessageDetails<never>) => {
      given = details
      return standardMessage(details)
    }
    const mail = await sent({}, { message } as Partial<MailerOptions>)
    expect(given).toMatchObject({ link: FILLED_IN, linkTo: PAGE })
    expect(mail.text.split('\n')).toContain(FILLED_IN)
  })

  it.each([
    ...['/login', 'app.acme.example/login', 'ftp://app.acme.example/', `${PAGE}#top`, ''],
    ...['https://ann@app.acme.example/', 'javascript:alert(1)', 7, null, { href: PAGE }],
  ])('rejects %o at construction', (link) => {
    const options = { transport: 'smtp://localhost', from: 'a@acme.example', link }
    expectRejected(() => mailer(options as MailerOptions), 'link')
  })

  it('is rejected by the mail of another origin, which is not sent', async () => {
    for (const origin of [undefined, 'https://acme.example', 'http://app.acme.example']) {
      await expect(sent({ origin })).rejects.toMatchObject({ notSent: true })
    }
  })
})

describe('a strategy', () => {
  const construct = (link: string | undefined, origin: string | undefined) => {
    const transport = 'smtp://localhost'
    const sendCode = mailer({ transport, from: 'a@acme.example', link })
    return new Strategy({ secret: SECRET, sendCode, origin, store: undefined }, anybody)
  }

  it('accepts a mailer whose link is on its origin', () => {
    expect(() => construct(PAGE, ORIGIN)).not.toThrow()
    expect(() => construct(undefined, undefined)).not.toThrow()
    expect(() =>
      construct('https://bücher.example/', 'https://xn--bcher-kva.example'),
    ).not.toThrow()
  })

  it.each([
    [PAGE, undefined],
    [PAGE, 'https://acme.example'],
    [PAGE, 'http://app.acme.example'],
    [PAGE, 'https://app.acme.example:8443'],
  ])('rejects one whose link is elsewhere: %s, %s', (link, origin) => {
    expectRejected(() => construct(link, origin), 'link')
    expect(() => construct(link, origin)).toThrow('"origin"')
  })
})
