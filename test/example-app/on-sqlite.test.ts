import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import request from 'supertest'
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { openSqlite } from '../../example-app/sqlite.js'
import { SqliteSessions } from '../../example-app/sqlite-sessions.js'
import { stopClock } from '../helpers/clock.js'
import { itOnUnix } from '../helpers/on-unix.js'
import { root } from '../helpers/package.js'
import { expectNamed } from '../helpers/rejects-option.js'
import { startSmtp } from '../helpers/smtp.js'
import { describeWithSqlite, newFolder, SQLITE_DRIVERS } from '../helpers/sqlite.js'
import { INSTALL_LIMIT_MS } from '../helpers/test-packages.js'
import { endApps, SECRETS, START_LIMIT_MS, saidBy, startApp, whyNot } from './start-app.js'

vi.setConfig({ testTimeout: START_LIMIT_MS })

const HOUR = 3_600_000

describe('the example app, started with DATABASE_URL=sqlite:', () => {
  beforeAll(async () => {
    for (const { isMissing, load } of SQLITE_DRIVERS) if (!isMissing) await load()
  }, INSTALL_LIMIT_MS)
  afterEach(endApps)

  itOnUnix('accepts a code that was sent before a restart', async () => {
    const smtp = await startSmtp()
    const file = join(newFolder(), 'data.db')
    const env = {
      ...{ ...SECRETS, DATABASE_URL: `sqlite:${file}` },
      ...{ SMTP_URL: smtp.url, MAIL_FROM: 'Acme <login@acme.example>' },
    }
    const first = await startApp(env)
    expect(first.output()).toContain(file)
    const form = 'email=ann%40example.com'
    const asked = await request(first.url).post('/login/email').send(form).expect(303)
    const { code } = await smtp.next()
    const cookieOf = (answer: request.Response) =>
      answer.get('Set-Cookie')?.find((cookie) => cookie.startsWith('example.sid=')) ?? ''
    expect(await first.stop()).toBe(0)

    const second = await startApp(env)
    const entered = await request(second.url)
      .post('/login/code')
      .set('Cookie', cookieOf(asked))
      .send(`code=${code}`)
      .expect('Location', '/')
    const home = await request(second.url).get('/').set('Cookie', cookieOf(entered))
    expect(home.text).toContain('<strong>ann@example.com</strong>')
    expect(await second.stop()).toBe(0)
    await smtp.close()
  })

  test('explains that the folder does not exist, or that the file is no database', async () => {
    const folder = newFolder()
    writeFileSync(join(folder, 'text.db'), 'This is a text and no database. '.repeat(100))
    for (const [file, cause] of [
      ['missing/data.db', /directory does not exist|unable to open/],
      ['text.db', /file is not a database/],
    ] as const) {
      const path = join(folder, file)
      const [, line] = saidBy(await whyNot(openSqlite(`sqlite:${path}`)))
      expectNamed(line ?? '', path, 'DATABASE_URL')
      expect(line).toMatch(cause)
    }
  })

  test('needs no package that npm start installs', () => {
    const lock = JSON.parse(readFileSync(join(root, 'example-app/package-lock.json'), 'utf8'))
    expect(Object.keys(lock.packages).filter((path) => path.includes('sqlite'))).toEqual([])
  })
})

describeWithSqlite('the sessions of the example app', (driver) => {
  async function setUp() {
    const clock = stopClock()
    const database = driver().open(join(newFolder(), 'data.db'))
    const store = new SqliteSessions(database)
    const called = <Value>(call: (done: (err?: unknown, value?: Value | null) => void) => void) =>
      new Promise<Value | null | undefined>((resolve, reject) => {
        call((err, value) => (err ? reject(err) : resolve(value)))
      })
    return {
      ...clock,
      database,
      get: (id: string) => called((done) => store.get(id, done)),
      set: (id: string, cookie: object = { originalMaxAge: null }) =>
        called((done) => store.set(id, { cookie } as never, done)),
      touch: (id: string, cookie: object = { originalMaxAge: null }) =>
        called((done) => store.touch(id, { cookie } as never, done)),
      destroy: (id: string) => called((done) => store.destroy(id, done)),
    }
  }

  test('are kept until they are destroyed or a day has passed without a request', async () => {
    const { pass, get, set, touch, destroy } = await setUp()
    await set('one')
    await set('two')
    pass(23 * HOUR)
    await touch('one')
    pass(2 * HOUR)
    expect(await get('one')).toEqual({ cookie: { originalMaxAge: null } })
    expect(await get('two')).toBe(null)
    await destroy('one')
    expect(await get('one')).toBe(null)
  })

  test('expire with their cookies, and expired ones are deleted', async () => {
    const { pass, get, set, database } = await setUp()
    await set('short', { originalMaxAge: HOUR, expires: new Date(Date.now() + HOUR) })
    pass(HOUR - 1)
    expect(await get('short')).not.toBe(null)
    pass(1)
    expect(await get('short')).toBe(null)
    await set('next')
    expect(database.prepare('SELECT count(*) AS sum FROM sessions').get()).toMatchObject({ sum: 1 })
  })

  test('pass on the error of a database that cannot be written', async () => {
    const { set, get, database } = await setUp()
    database.exec('PRAGMA query_only = ON')
    await expect(set('one')).rejects.toThrow(/readonly/)
    expect(await get('one')).toBe(null)
  })
})
