import type { Request } from 'express'
import { createTransport } from 'nodemailer'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { isLocal, startInbox } from '../../example-app/inbox.js'
import { startMailingApp } from './test-app.js'

let example: Awaited<ReturnType<typeof startMailingApp>>
beforeAll(async () => {
  example = await startMailingApp()
  await example.browser().send('/login/email', { email: 'ann@example.com' })
})
afterAll(() => example.close())

/** The code in the newest mail, which has it on a line of its own. */
function newestCode(): string {
  const [code = 'no code'] = /^\d{6}$/m.exec(example.inbox.mails[0]?.text ?? '') ?? []
  return code
}

test('The inbox shows the mail as a phone and as a desktop, with its HTML in sandboxed frames', async () => {
  const { open } = example.browser()
  const page = await open('/inbox').expect(200)
  expect(page.text).toContain('ann@example.com')
  expect(page.text).toContain(newestCode())
  const frames = [...page.text.matchAll(/<iframe[^>]*src="([^"]+)"[^>]*>/g)]
  expect(frames).toHaveLength(2)
  for (const [frame] of frames) expect(frame).toMatch(/\ssandbox(\s|>|="")/)
  const [path = ''] = frames.map(([, src]) => src)
  const html = await open(path).expect(200).expect('Content-Type', /html/)
  expect(html.text).toContain(newestCode())
  expect(html.headers['content-security-policy']).toBe(
    "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox",
  )
  await open('/inbox/99/html').expect(404)
})

test.each(['localhost', 'localhost:3000', '127.0.0.1:1', '[::1]:3000', 'LOCALHOST'])(
  'The inbox is shown for Host: %s',
  async (host) => {
    await example.browser().open('/inbox').set('Host', host).expect(200)
  },
)

test.each([
  ['Host', 'evil.example'],
  ['Host', 'localhost.evil.example'],
  ['Host', 'evil.example:3000'],
  ['Host', '127.0.0.1.nip.example'],
  ['Host', 'user@localhost'],
  ['Host', '192.168.1.5:3000'],
  ['Forwarded', 'for=127.0.0.1'],
  ['X-Forwarded-For', '127.0.0.1'],
  ['X-Forwarded-Host', 'localhost'],
  ['X-Forwarded-Proto', 'http'],
  ['X-Forwarded-Anything', ''],
  ['Via', '1.1 proxy'],
  ['X-Real-IP', '127.0.0.1'],
  ['X-Forwarded', 'for=127.0.0.1'],
  ['X-Client-IP', '127.0.0.1'],
  ['True-Client-IP', '127.0.0.1'],
  ['CF-Connecting-IP', '127.0.0.1'],
  ['CF-Connecting-IPv6', '::1'],
  ['CF-Ray', '1'],
  ['Fly-Client-IP', '127.0.0.1'],
  ['Fastly-Client-IP', '127.0.0.1'],
  ['X-Cluster-Client-IP', '127.0.0.1'],
  ['X-Original-Forwarded-For', '127.0.0.1'],
  ['X-Vercel-Forwarded-For', '127.0.0.1'],
  ['X-Original-Host', 'localhost'],
  ['X-Envoy-External-Address', '127.0.0.1'],
  ['X-Azure-SocketIP', '127.0.0.1'],
  ['X-NF-Client-Connection-IP', '127.0.0.1'],
  ['DO-Connecting-IP', '127.0.0.1'],
  ['X-AppEngine-User-IP', '127.0.0.1'],
  ['X-Amzn-Trace-Id', 'Root=1'],
  ['X-Remote-Addr', '127.0.0.1'],
  ['Client-IP', '127.0.0.1'],
  ['Proxy-Client-IP', '127.0.0.1'],
  ['WL-Proxy-Client-IP', '127.0.0.1'],
  ['Tailscale-User-Login', 'ann@example.com'],
  ['CDN-Loop', 'cdn'],
])('The inbox is answered with 404 for %s: %s', async (name, value) => {
  const { open } = example.browser()
  for (const path of ['/inbox', '/inbox/1/html']) {
    const page = await open(path).set(name, value).expect(404)
    expect(page.text).toContain('role="alert"')
    expect(page.text).not.toContain(newestCode())
  }
  expect((await open('/login').set(name, value)).text).not.toContain('/inbox')
})

test('The inbox is shown to a browser with its usual headers', async () => {
  const { open } = example.browser()
  await open('/inbox')
    .set('User-Agent', 'Mozilla/5.0')
    .set('Accept-Language', 'en')
    .set('Sec-CH-UA-Platform', '"Linux"')
    .set('Upgrade-Insecure-Requests', '1')
    .set('X-Requested-With', 'XMLHttpRequest')
    .set('DNT', '1')
    .expect(200)
})

test.each([
  ['127.0.0.1', true],
  ['127.8.8.8', true],
  ['::1', true],
  ['::ffff:127.0.0.1', true],
  ['192.168.1.5', false],
  ['::ffff:192.168.1.5', false],
  ['10.127.0.1', false],
  ['fe80::1', false],
  ['', false],
])('A connection from "%s" is local: %s', (remoteAddress, expected) => {
  expect(isLocal(requestFrom({ remoteAddress }))).toBe(expected)
})

test('A request with two hosts, without a host, or with an absolute URL is not local', () => {
  expect(isLocal(requestFrom({ hosts: ['localhost', 'evil.example'] }))).toBe(false)
  expect(isLocal(requestFrom({ hosts: [] }))).toBe(false)
  expect(isLocal(requestFrom({ originalUrl: 'http://evil.example/inbox' }))).toBe(false)
})

function requestFrom({
  remoteAddress = '127.0.0.1',
  hosts = ['localhost:3000'],
  originalUrl = '/inbox',
}): Request {
  const headers = { host: hosts[0] }
  return {
    socket: { remoteAddress },
    headers,
    headersDistinct: { host: hosts },
    originalUrl,
  } as unknown as Request
}

test('The inbox is not shown to a request through a trusted proxy', async () => {
  const proxied = await startMailingApp({ trustProxy: 1 })
  await proxied.browser().open('/inbox').set('X-Forwarded-For', '127.0.0.1').expect(404)
  await proxied.close()
})

test('The inbox keeps the newest 50 mails, and receives mail on this machine only', async () => {
  const inbox = await startInbox()
  expect(inbox.smtpUrl).toMatch(/^smtp:\/\/127\.0\.0\.1:\d+$/)
  const transport = createTransport({ url: inbox.smtpUrl, pool: true })
  for (let count = 1; count <= 51; count++) {
    await transport.sendMail({ from: 'a@a.example', to: 'b@b.example', text: `mail ${count}` })
  }
  expect(inbox.mails).toHaveLength(50)
  expect(inbox.mails[0]?.text.trim()).toBe('mail 51')
  expect(inbox.mails[49]?.text.trim()).toBe('mail 2')
  transport.close()
  await inbox.close()
})

test('The inbox shows markup in a mail as text', async () => {
  const transport = createTransport(example.inbox.smtpUrl)
  const text = '<script>alert(1)</script>'
  await transport.sendMail({ from: 'a@a.example', to: 'b@b.example', subject: text, text })
  const page = await example.browser().open('/inbox')
  expect(page.text).not.toContain('<script>')
  expect(page.text).toContain('&lt;script&gt;')
  transport.close()
})
