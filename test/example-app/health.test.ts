import session from 'express-session'
import { afterEach, expect, test, vi } from 'vitest'
import { MemoryStore } from '../../src/stores/memory.js'
import { startTestApp } from './test-app.js'

afterEach(() => vi.restoreAllMocks())

test('/health reports a healthy app, to this machine only', async () => {
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

test('/health reports the problems, also while no session can be read', async () => {
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

test('The app logs a session that cannot be saved, answers with an error, and keeps running', async () => {
  const printed = vi.spyOn(console, 'error').mockImplementation(() => {})
  const sessionStore = new session.MemoryStore()
  const example = await startTestApp({ sessionStore })
  const { open, send } = example.browser()
  // The page saves the session, because it removes the rejected address that it has shown.
  await send('/login/email', { email: 'no address' })
  const save = vi.spyOn(sessionStore, 'set')
  save.mockImplementation((_id, _session, done) => done?.(new Error('away')))
  await open('/login').catch(() => {}) // Express may close the connection, because the response had started
  expect(save).toHaveBeenCalled()
  await vi.waitFor(() => {
    expect(printed).toHaveBeenCalledWith(expect.objectContaining({ message: 'away' }))
  })
  await send('/login/email', { email: 'ann@example.com' }).expect(500)
  expect(example.codes.all).toHaveLength(0)
  save.mockRestore()
  await send('/login/email', { email: 'ann@example.com' }).expect(303)
  await example.close()
})
