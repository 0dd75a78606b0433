import { once } from 'node:events'
import { createServer } from 'node:net'
import request from 'supertest'
import { afterEach, expect, test, vi } from 'vitest'
import { checkMailServer } from '../../example-app/mail-server.js'
import { itOnUnix } from '../helpers/on-unix.js'
import { expectNamed, rejectionOf } from '../helpers/rejects-option.js'
import { startSmtp } from '../helpers/smtp.js'
import { until } from '../helpers/until.js'
import { endApps, runApp, SECRETS, START_LIMIT_MS, saidBy, startApp } from './start-app.js'

vi.setConfig({ testTimeout: START_LIMIT_MS })
afterEach(endApps)

const MAIL_FROM = 'Acme <login@acme.example>'

itOnUnix(
  'The app prints its URL, serves it, stops on a signal, and starts again on the same port with new secrets',
  async () => {
    const first = await startApp()
    expect(first.url).toMatch(/^http:\/\/localhost:\d+$/)
    expect(first.output()).toContain(` ${first.url}/inbox\n`)
    const form = 'email=ann%40example.com'
    const asked = await request(first.url).post('/login/email').send(form).expect(303)
    const [cookie = ''] = asked.get('Set-Cookie') ?? []
    const pageWithCookie = async () =>
      (await request(first.url).get('/login').set('Cookie', cookie).expect(200)).text
    expect(await pageWithCookie()).toContain('ann@example.com')
    expect(await first.stop('SIGTERM')).toBe(0)

    const again = await startApp({ PORT: new URL(first.url).port })
    expect(again.url).toBe(first.url)
    // The cookie is invalid, because every start creates new secrets.
    expect(await pageWithCookie()).not.toContain('ann@example.com')
    expect(await again.stop('SIGINT')).toBe(0)
  },
)

test('The app uses another port if the default one is in use, and exits if a configured one is', async () => {
  const other = createServer().listen(3000, '0.0.0.0')
  // If listening fails, another program already uses the port, which serves the test too.
  await once(other, 'listening').catch(() => {})
  const app = await startApp({ PORT: '' })
  expectNamed(app.output(), 3000)
  expect(app.url).not.toContain(':3000')
  await app.stop()

  const { code, output } = await runApp({ PORT: '3000' })
  expectNamed(output, 3000, 'PORT')
  expect([code, saidBy(output).length]).toEqual([1, 2])
  other.close()
})

itOnUnix(
  'With SMTP_URL the app sends mail through that server, has no inbox, and stops only when all mails have been sent',
  async () => {
    const smtp = await startSmtp({ auth: { user: 'acme', pass: 'hush/hush' } })
    // The app accepts these only with a real mail server.
    const more = { NODE_ENV: 'production', HOST: '0.0.0.0' }
    const app = await startApp({ SMTP_URL: smtp.url, MAIL_FROM, ...SECRETS, ...more })
    expect(app.output()).toContain(` 127.0.0.1:${smtp.port}\n`)
    expect(app.output()).not.toMatch(/hush|inbox/)

    const browser = request.agent(app.url)
    await browser.post('/login/email').send('email=ann%40example.com').expect(303)
    const mail = await smtp.next()
    expect(mail.envelope).toEqual({ from: 'login@acme.example', to: ['ann@example.com'] })
    await browser.post('/login/code').send(`code=${mail.code}`).expect('Location', '/')
    expect((await browser.get('/')).text).toContain('ann@example.com')
    await browser.get('/inbox').expect(404)

    smtp.hold()
    const ask = (name: string) =>
      request(app.url)
        .post('/login/email')
        .send(`email=${name}%40example.com`)
        .then(
          () => 'answered',
          (err) => err.code,
        )
    // The mailer has five connections, so the sixth mail waits for one.
    const asked = ['bea', 'cem', 'dna', 'eve', 'flo', 'gus'].map(ask)
    await smtp.waitFor(1 + 5)
    let hasEnded = false
    const ended = app.stop().finally(() => {
      hasEnded = true
    })
    // The app takes no new connection, and goes on with the requests that it has.
    await until(() =>
      fetch(app.url).then(
        () => false,
        () => true,
      ),
    )
    expect(hasEnded).toBe(false)
    smtp.release()
    expect(new Set(await Promise.all(asked))).toEqual(new Set(['answered']))
    expect(await ended).toBe(0)
    expect(smtp.mails).toHaveLength(1 + 6)
    await smtp.close()
  },
)

test('The app explains whether the mail server rejects the password or cannot be reached, and exits with code 1 without a stack trace', async () => {
  const smtp = await startSmtp({ auth: { user: 'acme', pass: 'right' } })
  const url = smtp.url.replace('right', 'hush-hush')
  const refused = await runApp({ SMTP_URL: url, MAIL_FROM, ...SECRETS })
  const wrong = await rejectionOf(checkMailServer(url))
  expect(refused).toEqual({ code: 1, output: `${wrong}\n` })
  expectNamed(wrong, `127.0.0.1:${smtp.port}`, 'SMTP_URL')
  // The server's own words could repeat the password.
  expect(wrong).not.toMatch(/hush|535|^\s+at /m)
  await smtp.close()

  const message = await rejectionOf(checkMailServer('smtp://acme:hush-hush@127.0.0.1:1'))
  expectNamed(message, '127.0.0.1:1', 'SMTP_URL', 'ECONNREFUSED')
  expect(message).not.toContain('hush')
})
