import { request } from 'node:http'
import { createServer } from 'node:net'
import { loginPagePolicy, mailer, Strategy } from 'passport-email-otp'
import { expect, onTestFinished, test } from 'vitest'
import { STOPPED } from '../../src/cli/try-in-browser.js'
import { en } from '../../src/languages/en.js'
import { Browser } from '../helpers/browser.js'
import { anybody, SECRET } from '../helpers/mail.js'
import { itOnUnix } from '../helpers/on-unix.js'
import { wrongCode } from '../helpers/wrong-code.js'
import { start } from './program.js'

const ADA = 'ada@example.com'
/** Only the page of a user has it. */
const SIGN_OUT = 'action="/sign-out"'

async function startPage() {
  const run = start(['try', '--catch', '--page'])
  await run.until('http://')
  const url = `http://${(await run.until('\n')).trim()}`
  const printed = await run.until('Ctrl-C')
  expect(printed).toContain(`${url}/inbox`)
  const [smtpUrl = ''] = /smtp:\S+/.exec(printed) ?? []
  const browser = () => new Browser(url)
  /** The newest code in the inbox. */
  const code = async () => {
    const [, found = ''] =
      /<article>.*?\b(\d{6})\b/s.exec((await browser().get('/inbox')).text) ?? []
    return found
  }
  return { run, url, smtpUrl, browser, code }
}

itOnUnix(
  'signs in on the shipped page with the code from the inbox, signs out, and ends with Ctrl-C',
  async () => {
    const { browser, code, run } = await startPage()
    const ada = browser()
    const page = await ada.get('/')
    expect(page.headers.get('content-security-policy')).toBe(loginPagePolicy)
    expect(page.text).toContain('href="/inbox"')
    expect((await ada.get('/inbox')).text).not.toContain('<article>')

    const asked = await ada.submit('/', { email: ADA })
    expect([asked.status, asked.headers.get('location')]).toEqual([303, '/'])
    expect((await ada.get('/')).text).toContain(en.reasons.code_sent)
    const sent = await code()
    // The mail is shown as a mail program does, and nothing in it runs.
    const { text, headers } = await browser().get('/inbox/0')
    expect(text).toContain('<html')
    expect(text).toContain(sent)
    expect(headers.get('content-security-policy')).toMatch(/^sandbox; default-src 'none'/)
    expect((await browser().get('/inbox/1')).status).toBe(404)

    await ada.submit('/', { code: wrongCode(sent) })
    expect((await ada.get('/')).text).toContain(en.reasons.invalid_code({ attemptsLeft: 4 }))
    const before = new Map(ada.cookies)
    await ada.submit('/', { code: sent })
    const signedIn = await ada.get('/')
    for (const part of [ADA, SIGN_OUT]) expect(signedIn.text).toContain(part)

    // The cookie from before the sign-in is worth nothing.
    const thief = browser()
    for (const [name, value] of before) if (name === 'try') thief.cookies.set(name, value)
    expect((await thief.get('/')).text).not.toContain(SIGN_OUT)
    await ada.submit('/sign-out', {})
    expect((await ada.get('/')).text).toContain('name="email"')

    run.interrupt()
    const { code: exitCode, stderr } = await run.ended()
    expect([exitCode, stderr]).toEqual([130, `${STOPPED}\n`])
  },
)

test('is only reachable from this machine, under its own name and from its own page, and rejects a body that is too large', async () => {
  const { url, browser } = await startPage()
  const { port } = new URL(url)
  const status = await new Promise((resolve, reject) => {
    const headers = { host: `evil.example:${port}` }
    request({ host: '127.0.0.1', port, path: '/inbox', headers }, (res) => {
      res.resume()
      resolve(res.statusCode)
    })
      .on('error', reject)
      .end()
  })
  expect(status).toBe(421)
  const headers = { 'sec-fetch-site': 'cross-site' }
  const foreign = await browser().submit('/', { email: ADA }, headers)
  expect([foreign.status, foreign.headers.getSetCookie()]).toEqual([403, []])
  expect((await browser().submit('/', { email: 'a'.repeat(20_000) })).status).toBe(413)
  expect((await browser().get('/inbox')).text).not.toContain('<article>')
  // No other address of this machine is taken.
  const other = createServer()
  await new Promise<void>((resolve, reject) => {
    other.once('error', reject).listen(Number(port), '127.0.0.2', resolve)
  })
  other.close()
})

test('shows the mails of a program that has its SMTP URL', async () => {
  const { url, smtpUrl } = await startPage()
  const sendCode = mailer({ transport: smtpUrl, from: 'Own <own@acme.example>' })
  onTestFinished(() => sendCode.close())
  const emailOtp = new Strategy({ secret: SECRET, sendCode }, anybody)
  await emailOtp.requestCode({ headers: {}, session: {} }, 'bob@example.com')
  const { text } = await new Browser(url).get('/inbox')
  expect(text).toContain('<article>')
  expect(text).toContain('bob@example.com')
})
