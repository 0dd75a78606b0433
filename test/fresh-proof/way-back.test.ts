import { localPath } from 'passport-email-otp'
import { describe, expect, it } from 'vitest'
import { cookiesOf } from '../helpers/sessions.js'
import { confirmingApp } from './confirming-app.js'
import { rawRequest } from './raw-request.js'

const HTML = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8'

/** Ada, signed in, before a guard that sends browsers to `/confirm/change-email`. */
async function refusedApp() {
  const world = await confirmingApp({ guard: { redirectTo: '/confirm/change-email?why=email' } })
  const { agent, signInAs } = world.newBrowser()
  const cookie = cookiesOf(await signInAs('ada'))
  const wayBack = async () => (await world.sessions.only()).returnTo
  return { ...world, agent, cookie, wayBack }
}

describe('a browser without a proof', () => {
  it('is sent to the page that asks, and the way back waits in the session', async () => {
    const { agent, wayBack } = await refusedApp()
    const { status, headers, text } = await agent.get('/email?tab=2&x=%20').set('Accept', HTML)
    expect([status, headers.location]).toEqual([303, '/confirm/change-email?why=email'])
    expect([headers['cache-control'], text]).toEqual(['no-store', ''])
    expect(await wayBack()).toBe('/email?tab=2&x=%20')
  })

  it.each(['application/json', '*/*', '', 'application/json, text/plain, */*'])(
    'that accepts %j is told in JSON instead, and nothing is written',
    async (accept) => {
      const { agent, wayBack } = await refusedApp()
      const { status, body } = await agent.get('/email').set('Accept', accept)
      expect([status, body.reason]).toEqual([401, 'otp_required'])
      expect(await wayBack()).toBeUndefined()
    },
  )

  it.each(['post', 'put', 'delete', 'head', 'options'] as const)(
    'that asked by %s is sent there too, with no way back: repeating it as a GET would be wrong',
    async (verb) => {
      const { agent, wayBack } = await refusedApp()
      const { status, headers } = await agent[verb]('/email').set('Accept', HTML)
      expect([status, headers.location]).toEqual([303, '/confirm/change-email?why=email'])
      expect(await wayBack()).toBeUndefined()
    },
  )
})

describe('a browser that is not signed in', () => {
  const guard = { redirectTo: '/confirm', signInAt: '/login?from=guard' }

  it('gets no session and no cookie from a guard, and is told not_signed_in in JSON', async () => {
    const { newBrowser, sessions } = await confirmingApp({ guard: { redirectTo: '/confirm' } })
    const { status, headers, body } = await newBrowser().agent.get('/email').set('Accept', HTML)
    expect([status, body.reason, headers.location]).toEqual([401, 'not_signed_in', undefined])
    expect(headers['set-cookie']).toBeUndefined()
    expect(await sessions.all()).toEqual({})
  })

  it('is sent to the sign-in page, without a session', async () => {
    const { newBrowser, sessions } = await confirmingApp({ guard })
    const { status, headers } = await newBrowser().agent.get('/email').set('Accept', HTML)
    expect([status, headers.location]).toEqual([303, '/login?from=guard'])
    expect(headers['set-cookie']).toBeUndefined()
    expect(await sessions.all()).toEqual({})
  })

  it('keeps the way back where it has a session already', async () => {
    const { newBrowser, sessions } = await confirmingApp({ guard })
    const { agent, signInAs } = newBrowser()
    await signInAs('ada')
    await agent.post('/forget-user')
    const { status, headers } = await agent.get('/email?tab=2').set('Accept', HTML)
    expect([status, headers.location]).toEqual([303, '/login?from=guard'])
    expect((await sessions.only()).returnTo).toBe('/email?tab=2')
  })

  it('is told not_signed_in in JSON where it does not accept HTML', async () => {
    const { newBrowser } = await confirmingApp({ guard })
    const { status, body } = await newBrowser().agent.get('/email')
    expect([status, body.reason]).toEqual([401, 'not_signed_in'])
  })
})

describe('the way back is on this site', () => {
  it.each([
    ['/email', '/email'],
    ['/email?to=https://evil.example/', '/email?to=https://evil.example/'],
    ['/email#//evil.example', '/email#//evil.example'],
    ['/EMAIL/', '/EMAIL/'],
  ])('as it was asked for: %s', async (target, expected) => {
    const { server, cookie, wayBack } = await refusedApp()
    const headers = { Cookie: cookie, Accept: HTML, Host: 'evil.example' }
    const forwarded = { 'X-Forwarded-Host': 'evil.example', 'X-Original-URL': '//evil.example' }
    const { status } = await rawRequest(server, target, { ...headers, ...forwarded })
    expect(status).toBe(303)
    expect(await wayBack()).toBe(expected)
  })

  it.each([
    'http://evil.example/email',
    'https://evil.example/email',
    'HTTP://app.example.com/email',
  ])('or none, for the target %s', async (target) => {
    const { server, cookie, wayBack } = await refusedApp()
    const { status, location } = await rawRequest(server, target, { Cookie: cookie, Accept: HTML })
    // Express routes these by their path, so that the guard is asked.
    expect([status, location]).toEqual([303, '/confirm/change-email?why=email'])
    expect(await wayBack()).toBeUndefined()
  })

  it.each([
    '//evil.example',
    '//evil.example/email',
    '/\\evil.example',
    '/.//evil.example',
    '/..//e',
  ])('or none, for %s before the guard of a whole application', async (target) => {
    const world = await confirmingApp({
      before: (app, emailOtp) => {
        app.use(emailOtp.requireOtp({ redirectTo: '/confirm/login' }))
      },
      keepSessionInfo: true,
    })
    const cookie = cookiesOf(await world.newBrowser().signInAs('ada'))
    const { status, location } = await rawRequest(world.server, target, {
      Cookie: cookie,
      Accept: HTML,
    })
    expect([status, location]).toEqual([303, '/confirm/login'])
    expect((await world.sessions.only()).returnTo).toBeUndefined()
  })

  it('also where something rewrote originalUrl', async () => {
    const { agent, signInAs, world } = await rewritten()
    await signInAs('ada')
    for (const originalUrl of ['//evil.example', 'https://evil.example', 7, null, {}]) {
      const target = `/rewrite?to=${encodeURIComponent(JSON.stringify(originalUrl))}`
      expect((await agent.get(target).set('Accept', HTML)).status).toBe(303)
      expect((await world.sessions.only()).returnTo).toBeUndefined()
    }
  })
})

async function rewritten() {
  const world = await confirmingApp({
    before: (app, emailOtp) => {
      app.use('/rewrite', (req, _res, next) => {
        req.originalUrl = JSON.parse(String(req.query.to))
        next()
      })
      app.use('/rewrite', emailOtp.requireOtp({ redirectTo: '/confirm/login' }))
    },
  })
  return { ...world.newBrowser(), world }
}

describe('localPath', () => {
  it.each([
    '/',
    '/a/b?c=d&e#f',
    '/a//b',
    '/%2f%2fevil.example',
    '/%5cevil.example',
    '/%0d%0aLocation:%20//evil.example',
    '/@evil.example',
    '/:80',
    '/a?next=//evil.example',
    '/a/../b',
    '/javascript:alert(1)',
  ])('gives %j back as it is', (path) => {
    expect(localPath(path)).toBe(path)
    expect(new URL(path, 'https://app.example.com').origin).toBe('https://app.example.com')
  })

  it.each([
    ...['', 'a', './a', '../a', '?a', '#a', ' /a', 'javascript:alert(1)', 'data:text/html,x'],
    ...['//evil.example', '///evil.example', '////evil.example', '//evil.example/..', '//@evil'],
    ...[
      '/\\evil.example',
      '\\\\evil.example',
      '\\/evil.example',
      '/a\\b',
      '/a/..\\..//evil.example',
    ],
    ...['/.//evil.example', '/..//evil.example', '/a/..//evil.example', '/%2e//evil.example'],
    ...['/./%2E%2e//evil.example', '/a/%2e%2e//evil.example', '/.//', '//', '//['],
    ...[
      'https://evil.example',
      'https:/evil.example',
      'https:evil.example',
      'HTTPS://evil.example',
    ],
    ...[
      '/\t/evil.example',
      '/\n/evil.example',
      '/\r/evil.example',
      '/a\r\nSet-Cookie: a=b',
      '/a\0',
    ],
    ...[
      '/a b',
      '/ü',
      '/\u2215evil.example',
      '/\uff0fevil.example',
      '/\u200b/evil.example',
      '/\u{1f600}',
    ],
    ...['/\x7f', '/\x85/evil.example', '/\u2028'],
    ...[undefined, null, 7, true, {}, ['/a'], { toString: () => '/a' }, new String('/a')],
  ])('gives nothing for %j', (value) => {
    expect(localPath(value)).toBeUndefined()
  })
})
