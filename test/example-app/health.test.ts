import session from 'express-session'
import { afterEach, expect, test, vi } from 'vitest'
import { MemoryStore } from '../../src/stores/memory.js'
import { startTestApp } from './test-app.js'

afterEach(() => vi.restoreAllMocks())

test('/health says that all is well, to this machine only', async () => {
  const example = await startTestApp()
  const { open } = example.browser()
  const { body } = await open('/health').expect(200)
  expect(body).toEqual({
    ok: true,
    store: { ok: true, ms: expect.any(Number), problems: [] },
    mail: { ok: true, ms: expect.any(Number), problems: [], checked: true },
  })
  await open('/health').set('Host', 'app.example').expect(404)
  await open('/health').set('X-Forwarded-For', '127.0.0.1').expect(404)
  await example.close()
})

test('/health says what is broken, also while no session can be read', async () => {
  const challengeStore = new MemoryStore()
  vi.spyOn(challengeStore, 'attempt').mockRejectedValue(new Error('The server is away'))
  const sessionStore = new session.MemoryStore()
  vi.spyOn(sessionStore, 'get').mockImplementation((_id, done) => done(new Error('away')))
  const example = await startTestApp({
    smtpUrl: 'smtp://127.0.0.1:1',
    challengeStore,
    sessionStore,
  })
  const { body } = await example.browser().open('/health').expect(503)
  expect(body).toMatchObject({
    ok: false,
    store: { ok: false, problems: ['The server is away'] },
    mail: { ok: false, problems: [expect.stringContaining('ESOCKET')] },
  })
  await example.close()
})

test('A session that cannot be saved is an error and a page, and the app goes on', async () => {
  const printed = vi.spyOn(console, 'error').mockImplementation(() => {})
  const sessionStore = new session.MemoryStore()
  const example = await startTestApp({ sessionStore })
  const { open, send } = example.browser()
  // The address stays in the session until the page has shown it, so this page saves the session.
  await send('/login/email', { email: 'no address' })
  const save = vi.spyOn(sessionStore, 'set')
  save.mockImplementation((_id, _session, done) => done?.(new Error('away')))
  await open('/login?other').catch(() => {}) // its connection may end early: it was on its way
  expect(save).toHaveBeenCalled()
  await vi.waitFor(() => {
    expect(printed).toHaveBeenCalledWith(expect.objectContaining({ message: 'away' }))
  })
  await send('/login/email', { email: 'ann@example.com' }).expect(500)
  expect(example.inbox.mails).toHaveLength(0)
  save.mockRestore()
  await send('/login/email', { email: 'ann@example.com' }).expect(303)
  await example.close()
})
