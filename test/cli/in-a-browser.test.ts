import { request } from 'node:http'
import { createServer } from 'node:net'
import { loginPagePolicy, mailer, Strategy } from 'passport-email-otp'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { openInbox } from '../../src/cli/inbox.js'
import { type PageServer, startPageServer } from '../../src/cli/page-server.js'
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

describe('the server', () => {
  let server: PageServer
  beforeAll(async () => {
    server = await startPageServer('smtp://127.0.0.1:1', 'a@acme.example', openInbox())
  })
  afterAll(() => server.close())

  test.each<[method: string, path: string, status: number, allow?: string]>([
    ['GET', '//', 404],
    ['GET', '//inbox', 404],
    ['GET', '/constructor', 404],
    ['GET', '/?from=mail', 200],
    ['HEAD', '/', 200],
    ['PUT', '/', 405, 'GET, HEAD, POST'],
    ['DELETE', '/', 405, 'GET, HEAD, POST'],
    ['POST', '/inbox', 405, 'GET, HEAD'],
    ['GET', '/sign-out', 405, 'POST'],
  ])('answers %s %s with %i', async (method, path, expected, allow) => {
    const { port } = new URL(server.url)
    const [status, allowed] = await new Promise<unknown[]>((resolve, reject) => {
      const options = {
        host: '127.0.0.1',
        port,
        path,
        method,
        headers: { host: `localhost:${port}` },
      }
      request(options, (res) => {
        res.resume()
        resolve([res.statusCode, res.headers.allow])
      })
        .on('error', reject)
        .end()
    })
    expect([status, allowed]).toEqual([expected, allow])
  })
})

test('keeps the last 100 mails under their numbers, and fewer where they are large', () => {
  const inbox = openInbox()
  const add = (text: string) =>
    inbox.add({ headers: [], headerLines: [], attachments: [], text }, [])
  const numbers = () => inbox.all().map(({ number }) => number)
  for (let i = 0; i < 103; i += 1) add(String(i))
  expect(numbers()).toEqual(Array.from({ length: 100 }, (_, i) => i + 3))
  expect([inbox.find(2), inbox.find(3)?.text]).toEqual([undefined, '3'])
  const large = 'x'.repeat(30 * 2 ** 20)
  add(large)
  expect(numbers()).toHaveLength(100)
  add(large)
  expect(numbers()).toEqual([104])
  add(large + large)
  add('small')
  expect(numbers()).toEqual([106])
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
