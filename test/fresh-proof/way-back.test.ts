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

  it('that does not ask for HTML is told in JSON instead, and nothing is written', async () => {
    const { agent, wayBack } = await refusedApp()
    for (const accept of ['application/json', '*/*', '', 'application/json, text/plain, */*']) {
      const { status, body } = await agent.get('/email').set('Accept', accept)
      expect([status, body.reason], accept).toEqual([401, 'otp_required'])
      expect(await wayBack()).toBeUndefined()
    }
  })

  it('that asked by another method is sent there with no way back: a GET of it would be wrong', async () => {
    const { agent, wayBack } = await refusedApp()
    for (const verb of ['post', 'put', 'delete', 'head', 'options'] as const) {
      const { status, headers } = await agent[verb]('/email').set('Accept', HTML)
      expect([status, headers.location], verb).toEqual([303, '/confirm/change-email?why=email'])
      expect(await wayBack(), verb).toBeUndefined()
    }
  })
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
  it('as it was asked for', async () => {
    const { server, cookie, wayBack } = await refusedApp()
    const headers = { Cookie: cookie, Accept: HTML, Host: 'evil.example' }
    const forwarded = { 'X-Forwarded-Host': 'evil.example', 'X-Original-URL': '//evil.example' }
    for (const target of [
      ...['/email', '/email?to=https://evil.example/', '/email#//evil.example', '/EMAIL/'],
    ]) {
      const { status } = await rawRequest(server, target, { ...headers, ...forwarded })
      expect([status, await wayBack()]).toEqual([303, target])
    }
  })

  it('or none, for a target with a host, which Express routes by its path', async () => {
    const { server, cookie, wayBack } = await refusedApp()
    for (const target of [
      ...['http://evil.example/email', 'https://evil.example/email'],
      'HTTP://app.example.com/email',
    ]) {
      const answer = await rawRequest(server, target, { Cookie: cookie, Accept: HTML })
      expect(answer).toMatchObject({ status: 303, location: '/confirm/change-email?why=email' })
      expect(await wayBack(), target).toBeUndefined()
    }
  })

  it('or none, for a target that names another site, before the guard of a whole application', async () => {
    const world = await confirmingApp({
      before: (app, emailOtp) => {
        app.use(emailOtp.requireOtp({ redirectTo: '/confirm/login' }))
      },
      keepSessionInfo: true,
    })
    const headers = { Cookie: cookiesOf(await world.newBrowser().signInAs('ada')), Accept: HTML }
    for (const target of [
      ...[
        '//evil.example',
        '//evil.example/email',
        '/\\evil.example',
        '/.//evil.example',
        '/..//e',
      ],
    ]) {
      const answer = await rawRequest(world.server, target, headers)
      expect(answer, target).toMatchObject({ status: 303, location: '/confirm/login' })
      expect((await world.sessions.only()).returnTo, target).toBeUndefined()
    }
  })

  it('also where something rewrote originalUrl', async () => {
    const world = await confirmingApp({
      before: (app, emailOtp) => {
        app.use('/rewrite', (req, _res, next) => {
          req.originalUrl = JSON.parse(String(req.query.to))
          next()
        })
        app.use('/rewrite', emailOtp.requireOtp({ redirectTo: '/confirm/login' }))
      },
    })
    const { agent, signInAs } = world.newBrowser()
    await signInAs('ada')
    for (const originalUrl of ['//evil.example', 'https://evil.example', 7, null, {}]) {
      const target = `/rewrite?to=${encodeURIComponent(JSON.stringify(originalUrl))}`
      expect((await agent.get(target).set('Accept', HTML)).status).toBe(303)
      expect((await world.sessions.only()).returnTo).toBeUndefined()
    }
  })
})

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
