import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type pg from 'pg'
import { beforeAll, expect, it, onTestFinished, vi } from 'vitest'
import { Document } from '../helpers/documents.js'
import { itOnUnix } from '../helpers/on-unix.js'
import { makeProject } from '../helpers/package.js'
import { plainCalls } from '../helpers/plain-calls.js'
import { describeWithPostgres, usePostgres } from '../helpers/postgres-server.js'
import { until } from '../helpers/until.js'
import { wrongCode } from '../helpers/wrong-code.js'
import { type Started, start } from '../hosts/program.js'
import { programAround } from './program-around.js'

vi.setConfig({ testTimeout: 60_000 })

const page = new Document('docs/operations/audit.md')
const [audit = '', usage = '', hashing = ''] = page.blocks
  .filter(({ language }) => language === 'js')
  .map(({ code }) => code)
const [
  table = '',
  ofAddress = '',
  guessed = '',
  delayed = '',
  ofClient = '',
  deleteOld = '',
  deleteOne = '',
] = page.blocks.filter(({ language }) => language === 'sql').map(({ code }) => code)

describeWithPostgres('the audit table of docs/operations/audit.md', () => {
  const postgres = usePostgres()
  let folder: string
  let app: Started
  beforeAll(async () => {
    await postgres.pool.query('CREATE ROLE app LOGIN')
    await postgres.pool.query(table)
    const hash = `app.get('/hash', (req, res) => {
      ${hashing}
      res.json({ hash })
    })`
    const files = { 'audit.mjs': audit, 'app.mjs': programAround(usage, hash) }
    folder = await makeProject({ files })
    app = await startApp()
  })

  const startApp = () => {
    const AUDIT_URL = `postgres://app@127.0.0.1:${postgres.server.port}/postgres`
    return start(folder, 'app.mjs', { AUDIT_URL })
  }
  const select = async (text: string, values: unknown[] = []) =>
    (await postgres.pool.query<pg.QueryResultRow>(text, values)).rows
  const rowsOf = async (count: number, ip: string) => {
    const query =
      'SELECT type, ip::text, address_hash, detail FROM otp_audit WHERE host(ip) = $1 ORDER BY at'
    await until(async () => (await select(query, [ip])).length >= count)
    return select(query, [ip])
  }

  it('says who requested a code, guessed and signed in, and answers the questions of the page', async () => {
    const { browser, smtp } = app
    const ip = '203.0.113.7'
    const ada = browser()
    const post = (body: object) => ada.postJson('/api/login', body, { 'x-forwarded-for': ip })
    await post({ email: 'ada@example.com' })
    const { code } = await smtp.next()
    await post({ code: wrongCode(code) })
    await post({ code })
    const rows = await rowsOf(4, ip)
    expect(rows.map(({ type }) => type).sort()).toEqual(['issued', 'rejected', 'sent', 'verified'])
    expect(JSON.stringify(rows)).not.toContain('ada@')
    expect(JSON.stringify(rows)).not.toContain(code)

    const { hash } = (await ada.get('/hash')).json
    expect(await select(ofAddress, [hash])).toHaveLength(4)
    expect(await select(guessed)).toEqual([{ address_hash: hash, guesses: '1', ips: '1' }])
    expect(await select(deleteOne, [hash])).toEqual([])
    expect(await select(ofAddress, [hash])).toEqual([])
  })

  it('has the address of a client without a proxy as IPv4, under which it is looked for', async () => {
    const { browser } = app
    await browser().postJson('/api/login', { email: 'no-proxy@example.com' })
    expect(await rowsOf(1, '127.0.0.1')).not.toEqual([])
  })

  it.each([
    ['203.0.113.7:50123', null],
    ['[2001:db8::1]:50123', null],
    ['unknown', null],
    ['fe80::1%eth0', 'fe80::1'],
    ['::FFFF:203.0.113.11', '203.0.113.11'],
  ])('keeps the row of a client that the proxy names %s', async (written, ip) => {
    const address = `${written.replace(/\W/g, '')}@example.com`
    const headers = { 'x-forwarded-for': written }
    await app.browser().postJson('/api/login', { email: address }, headers)
    const from = ip === null ? written : null
    const query = `SELECT type FROM otp_audit
      WHERE type = 'sent' AND host(ip) IS NOT DISTINCT FROM $1 AND detail->>'from' IS NOT DISTINCT FROM $2`
    await until(async () => (await select(query, [ip, from])).length === 1)
  })

  it('shows the address whose send limit is used up', async () => {
    const { browser } = app
    const ip = '203.0.113.12'
    const headers = { 'x-forwarded-for': ip }
    for (let n = 0; n < 8; n++) {
      await browser().postJson('/api/login', { email: 'owner@example.com' }, headers)
    }
    const rows = await rowsOf(13, ip)
    const [{ address_hash } = {}] = rows
    expect(await select(delayed)).toEqual([{ address_hash, limited: '3', ips: '1' }])
  })

  it('shows a client that tries many addresses', async () => {
    const { browser } = app
    const headers = { 'x-forwarded-for': '203.0.113.9' }
    for (let n = 0; n < 21; n++) {
      await browser().postJson('/api/login', { email: `user${n}@example.com` }, headers)
    }
    await rowsOf(42, '203.0.113.9')
    expect(await select(ofClient)).toEqual([{ ip: '203.0.113.9', addresses: '21', sign_ins: '0' }])
  })

  it('names the codes of a failed mail, and nothing that the mail server said', async () => {
    const { browser, smtp } = app
    smtp.rejectRecipient()
    const ip = '203.0.113.8'
    await browser().postJson('/api/login', { email: 'bob@example.com' }, { 'x-forwarded-for': ip })
    const failed = (await rowsOf(2, ip)).find(({ type }) => type === 'send_failed')
    expect(failed?.detail.error).toEqual({
      code: 'delivery_failed',
      cause: 'EENVELOPE',
      responseCode: 550,
    })
    expect(JSON.stringify(failed)).not.toContain('not today')
    smtp.behave()
  })

  it('lets the application add rows, and neither read, change nor delete them', async () => {
    await select("INSERT INTO otp_audit (type, detail) VALUES ('sent', '{}')")
    const client = await postgres.pool.connect()
    try {
      await client.query('SET ROLE app')
      for (const text of [
        'SELECT * FROM otp_audit',
        "UPDATE otp_audit SET type = 'verified'",
        'DELETE FROM otp_audit',
        'TRUNCATE otp_audit',
      ]) {
        await expect(client.query(text)).rejects.toMatchObject({ code: '42501' })
      }
      await client.query("INSERT INTO otp_audit (type, detail) VALUES ('sent', '{}')")
    } finally {
      client.release(true)
    }
  })

  it('deletes what is older than the page says', async () => {
    await select(
      "INSERT INTO otp_audit (at, type, detail) VALUES (now() - interval '91 days', 'old', '{}'), (now() - interval '89 days', 'kept', '{}')",
    )
    await select(deleteOld)
    const kept = await select("SELECT type FROM otp_audit WHERE type IN ('old', 'kept')")
    expect(kept).toEqual([{ type: 'kept' }])
  })

  itOnUnix('writes the rows on their way before the process ends', async () => {
    const { browser, child, smtp } = await startApp()
    const ip = '203.0.113.10'
    smtp.hold()
    const asked = browser().postJson(
      '/api/login',
      { email: 'eve@example.com' },
      { 'x-forwarded-for': ip, connection: 'close' },
    )
    await smtp.waitFor(1)
    child.kill('SIGTERM')
    smtp.release()
    expect((await asked).status).toBe(202)
    await until(() => child.exitCode !== null)
    expect(child.exitCode).toBe(0)
    expect((await rowsOf(2, ip)).map(({ type }) => type).sort()).toEqual(['issued', 'sent'])
  })

  it('does not stop sign-ins while PostgreSQL is down', async () => {
    const { browser, smtp, output } = await start(folder, 'app.mjs', {
      AUDIT_URL: 'postgres://app@127.0.0.1:1/postgres',
    })
    const ada = browser()
    await ada.postJson('/api/login', { email: 'ada@example.com' })
    const { code } = await smtp.next()
    expect((await ada.postJson('/api/login', { code })).json.reason).toBe('accepted')
    await until(() => output.text.includes('audit ECONNREFUSED verified'))
  })

  it('loses rows with a line in the log, and idle ends, while PostgreSQL accepts and never answers', async () => {
    const silent = createServer(() => {}).listen(0, '127.0.0.1')
    onTestFinished(() => void silent.close())
    await once(silent, 'listening')
    const { port } = silent.address() as AddressInfo
    vi.stubEnv('AUDIT_URL', `postgres://app@127.0.0.1:${port}/postgres`)
    onTestFinished(() => void vi.unstubAllEnvs())
    // The time limits are shorter, so that the test is.
    const file = join(folder, 'silent.mjs')
    await writeFile(file, audit.replaceAll('5_000', '200'))
    const lines = vi.spyOn(console, 'error').mockImplementation(() => {})
    onTestFinished(() => lines.mockRestore())
    const { onEvent } = await import(pathToFileURL(file).href)
    const { emailOtp, req } = plainCalls({ onEvent })
    for (const email of ['ada@example.com', 'bob@example.com', 'eve@example.com']) {
      await emailOtp.requestCode({ ...req, session: {} }, email)
    }
    expect(await emailOtp.idle({ timeoutSeconds: 10 })).toBe(true)
    expect(lines).toHaveBeenCalledTimes(6)
    expect(lines).toHaveBeenCalledWith('audit', expect.any(String), 'sent', expect.any(String))
  })
})
