// Measures how long one call of SqliteStore keeps the process from doing anything else: the drivers of SQLite are
// synchronous. Prints the median and longest time, in milliseconds, and the longest processor time. On a machine that
// other programs use, the former contains the time in which they ran, and in which the disk was theirs.
//
//   npm run build && node bench/sqlite-blocks.mjs            100 000 pending challenges, a minute
//   npm run build && node bench/sqlite-blocks.mjs 1000000    another number of pending challenges
//
// A call tries at once, and again after waits in which the process goes on. So the time is that from the call until
// its promise is returned, and with it the longest delay of a timer that is due every millisecond meanwhile, which
// includes the later tries. It is measured alone, and beside another process that writes to the same file without a
// pause. On Node.js 20, better-sqlite3 has to be installed: npm ci in bench/
import { fork } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { fileURLToPath } from 'node:url'
import { SqliteStore } from '../dist/esm/stores/sqlite.js'
import { sqliteDriver } from './subjects.mjs'

const DAY = 86_400_000
const CALLS = 6_000
const budget = { key: 'email-otp/stranger', burst: 5, refillMs: 5_400_000 }
const rules = { ttlMs: DAY, keepMs: DAY / 5, attempts: 5, spacingMs: 30_000, budget }
const guess = { failuresBelow: 5, failuresWindowMs: 30 * DAY, budget }
const hash = (text) => createHash('sha256').update(text).digest('base64url')
const keysOf = (name) => ({ address: hash(`a${name}`), challenge: hash(`c${name}`) })
const { name: driver, Database } = sqliteDriver()

function open(file, synchronous) {
  const database = new Database(file)
  const store = new SqliteStore({ database, lockTimeoutMs: 60_000 })
  return { database, store, setUp: () => database.exec(`PRAGMA synchronous = ${synchronous}`) }
}

/** Opens a challenge, guesses wrong and then right, so that no more are pending afterwards. */
async function signIn(store, name, timed = (call) => call()) {
  const keys = keysOf(name)
  await timed(() => store.open({ ...keys, ...rules }))
  await timed(() => store.attempt({ ...keys, ...guess, matched: false }))
  const { outcome } = await timed(() => store.attempt({ ...keys, ...guess, matched: true }))
  if (outcome !== 'accepted') throw new Error(outcome)
}

if (process.send) await writeWithoutPause(...process.argv.slice(2))
else await main(Number(process.argv[2] ?? 100_000))

async function writeWithoutPause(file, synchronous) {
  const { store, setUp } = open(file, synchronous)
  setUp()
  process.send('ready')
  for (let i = 0; process.connected; i += 1) {
    await signIn(store, `other ${i}`)
    // Or the end of the connection is never noticed.
    await new Promise((resolve) => setImmediate(resolve))
  }
}

async function main(pending) {
  console.log(
    `${cpus()[0].model}, ${cpus().length} cores, Node.js ${process.versions.node}, ${driver}`,
  )
  console.log(
    `${pending} challenges are pending; load before the run: ${loadavg()[0].toFixed(1)}\n`,
  )
  const row = (...cells) => console.log(`| ${cells.join(' | ')} |`)
  row('synchronous', 'other process', 'median', 'longest', 'of the processor', 'delay of a timer')
  row(...Array(6).fill('---'))
  for (const synchronous of ['NORMAL', 'FULL']) {
    const folder = mkdtempSync(join(tmpdir(), 'bench-sqlite-'))
    const file = join(folder, 'data.db')
    const { database, store, setUp } = open(file, 'OFF')
    await store.migrate()
    setUp()
    fill(database, pending)
    database.exec('PRAGMA wal_checkpoint(TRUNCATE)')
    database.exec(`PRAGMA synchronous = ${synchronous}`)
    for (const isBusy of [false, true]) {
      const other = isBusy && fork(fileURLToPath(import.meta.url), [file, synchronous])
      if (other) await once(other, 'message')
      row(synchronous, isBusy ? 'writes' : 'none', ...(await measure(store, isBusy)))
      if (!other) continue
      other.disconnect()
      await once(other, 'exit')
    }
    database.close()
    rmSync(folder, { recursive: true })
  }
}

/** Inserts rows as the store has them. To open each challenge would take minutes. */
function fill(database, pending) {
  const insert = (table, places) =>
    database.prepare(`INSERT INTO passport_email_otp_${table} VALUES (${places})`)
  const address = insert('addresses', '?, ?, 0, 0, ?, ?')
  const challenge = insert('challenges', "?, ?, ?, 5, 1, ?, 0, 0, 'email-otp/stranger', 1, ?, 0")
  const now = Date.now()
  const budgets = JSON.stringify({ 'email-otp/stranger': [now + budget.refillMs, 0] })
  database.exec('BEGIN')
  for (let i = 0; i < pending; i += 1) {
    const keys = keysOf(i)
    address.run(i + 1, keys.address, budgets, now + DAY)
    challenge.run(i + 1, keys.challenge, now + DAY, now, now)
  }
  database.exec('COMMIT')
}

async function measure(store, isBusy) {
  const blocks = []
  const used = []
  const timed = (call) => {
    const before = performance.now()
    const cpu = process.cpuUsage()
    const result = call()
    const { user, system } = process.cpuUsage(cpu)
    blocks.push(performance.now() - before)
    used.push((user + system) / 1_000)
    return result
  }
  const delays = monitorEventLoopDelay({ resolution: 1 })
  delays.enable()
  for (let i = 0; i < CALLS / 3; i += 1) {
    await signIn(store, `${isBusy} ${i}`, timed)
    // Timers and requests have their turn, as between the requests of an application.
    await new Promise((resolve) => setImmediate(resolve))
  }
  delays.disable()
  const sorted = blocks.toSorted((a, b) => a - b)
  const median = sorted[Math.floor(sorted.length / 2)]
  return [median, sorted.at(-1), Math.max(...used), delays.max / 1e6].map((ms) => ms.toFixed(2))
}
