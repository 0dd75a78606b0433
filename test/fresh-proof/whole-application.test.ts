import { createRequire } from 'node:module'
import { describe, expect, it } from 'vitest'
import { cookiesOf } from '../helpers/sessions.js'
import { confirmingApp } from './confirming-app.js'
import { rawRequest } from './raw-request.js'

const require = createRequire(import.meta.url)
const HTML = { Accept: 'text/html' }

/** None of them is `/login` or in `/public/`, or a router could read it as something else. */
const LIKE_OPEN_PATHS = [
  ...['/admin', '/logins', '/login/', '/login/x', '/LOGIN', '/log%69n', '/login;x', '/login%2f'],
  ...['/login%00', '/login%3F', '/login\\', '/./login', '/x/../login', '//login', '/public'],
  ...[
    '/Public/a',
    '/publicity',
    '/public%2fa',
    '/public;/a',
    '/./public/a',
    '//public/a',
    '/pub%6cic/a',
  ],
  ...[
    '/public/../admin',
    '/public/..',
    '/public/a/../../admin',
    '/public/..;/admin',
    '/public/./a/..',
  ],
  ...['/public/%2e%2e/admin', '/public/%2E%2E/admin', '/public/.%2e/admin', '/public/%2e./admin'],
  ...['/public/..%2fadmin', '/public/..%5cadmin', '/public/..\\admin', '/public\\..\\admin'],
  ...['/public/%2fadmin', '/public//admin', '/public/%5cadmin', '/public/\\admin', '/public/%2e/a'],
  ...['?x=/login', '/?x=/public/', '/admin?/public/', '/admin#/public/', '/admin?x#/login'],
  ...['http://app.example.com/login', 'http://app.example.com/public/a', 'http://evil/public/../a'],
  ...['/public:80/a', '/@public/a', '/*', '/public*', '/confirm/../admin'],
]

describe.each(['express', 'express-4'])('a guard before a whole application, on %s', (name) => {
  const express: typeof import('express') = require(name)

  /** Ada, signed in; all that is open answers 200, all else 401, or 303 to a browser. */
  async function guardedApp(except: readonly string[]) {
    const world = await confirmingApp({
      app: express(),
      before: (app, emailOtp) => {
        app.use(emailOtp.requireOtp({ purpose: 'pay', redirectTo: '/confirm/pay?a=b', except }))
      },
    })
    const browser = world.newBrowser()
    const headers = { Cookie: cookiesOf(await browser.signInAs('ada')) }
    const status = async (target: string, more = {}, method = 'GET') =>
      (await rawRequest(world.server, target, { ...headers, ...more }, method)).status
    return { ...world, ...browser, status }
  }

  it('leaves the page that asks open, so that nobody is sent round in circles', async () => {
    const { agent, confirm, smtp, server, status } = await guardedApp([])
    const refused = await agent.get('/anything').set(HTML)
    expect([refused.status, refused.headers.location]).toEqual([303, '/confirm/pay?a=b'])
    expect((await agent.get('/confirm/pay?a=b').set(HTML)).status).toBe(200)
    await confirm('pay')
    expect(await status('/anything')).toBe(401)
    await confirm('pay', { code: (await smtp.next()).code })
    expect((await agent.get('/anything')).status).toBe(200)
    // That page, and no other that begins like it.
    for (const path of [
      '/confirm',
      '/confirm/pay/',
      '/confirm/pay/x',
      '/confirm/pays',
      '/Confirm/pay',
    ]) {
      expect((await rawRequest(server, path)).status, path).toBe(401)
    }
  })

  it('leaves open what except names, and everybody there may be a stranger', async () => {
    const { status, newBrowser } = await guardedApp(['/login', '/public/*', '/'])
    for (const path of ['/', '/?a=b', '/login', '/login?next=/x', '/public/', '/public/a.css']) {
      expect(await status(path), path).toBe(200)
      expect((await newBrowser().agent.get(path)).status, path).toBe(200)
    }
    for (const path of ['/public/a/b.js?v=1', '/public/a..b', '/public/%41', '/public/?x=/../y']) {
      expect(await status(path), path).toBe(path === '/public/a..b' ? 401 : 200)
    }
    for (const method of ['POST', 'PUT', 'HEAD', 'OPTIONS']) {
      expect(await status('/login', {}, method), method).toBe(200)
      expect(await status('/admin', {}, method), method).toBe(401)
    }
  })

  it('is not fooled by a path that looks like an open one', async () => {
    const { status } = await guardedApp(['/login', '/public/*'])
    for (const target of LIKE_OPEN_PATHS) {
      // 400: no request at all for Node.
      expect([401, 400], target).toContain(await status(target))
      expect([303, 400], target).toContain(await status(target, HTML))
    }
  })

  it('goes by the path that was asked for, wherever it is mounted', async () => {
    const world = await confirmingApp({
      app: express(),
      before: (app, emailOtp) => {
        const router = express.Router()
        router.use(emailOtp.requireOtp({ purpose: 'pay', except: ['/open', '/area/open'] }))
        app.use('/area', router)
      },
    })
    const { signInAs, visit } = world.newBrowser()
    await signInAs('ada')
    expect(await visit('/area/open')).toBe(200)
    // There this is all that the router sees of it.
    expect(await visit('/area/area/open')).toBe(401)
    expect(await visit('/area//open')).toBe(401)
    expect(await visit('/AREA/open')).toBe(401)
    expect(await visit('/area')).toBe(401)
    expect(await visit('/open')).toBe(200)
  })
})

it('a guard asks nothing of open paths: not a session, not who is there', async () => {
  const world = await confirmingApp({
    options: {
      subjectFromRequest: () => {
        throw new Error('asked')
      },
    },
    before: (app, emailOtp) => {
      app.use(emailOtp.requireOtp({ except: ['/open'] }))
    },
  })
  const { agent } = world.newBrowser()
  expect((await agent.get('/open')).status).toBe(200)
  const closed = await agent.get('/closed')
  expect([closed.status, closed.body.message]).toEqual([500, 'asked'])
})
