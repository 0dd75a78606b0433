// Whole logins over HTTP, side by side: against the floor (Express 5, express-session, Passport, a Map and the same
// transport), other packages and a hand-written version. Writes docs/operations/performance.md.
//
//   npm run bench                   a quarter of an hour on 2 cores
//   npm run bench -- --quick        seconds: proves that all of it works, and writes the page into the folder for
//                                   temporary files, because its figures mean nothing
//   npm run bench -- --long         about an hour: more rounds
//   npm run bench -- --only=SMTP    the scenarios with this word in their names, and writes no page
//
// It starts its own Redis and PostgreSQL (Debian packages: redis-server, postgresql). Run it on a machine that does
// nothing else. The load is made by a process of its own, on the same machine.
import { execFileSync, fork } from 'node:child_process'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startProxy } from '../round-trips.mjs'
import { startPostgres, startRedis } from '../servers.mjs'
import { startContender } from './contender.mjs'
import { measurePackages } from './packages.mjs'
import { writePage } from './page.mjs'
import { measureScenario } from './scenario.mjs'
import { FLOOR, SAME } from './statistics.mjs'

const options = process.argv.slice(2)
const isQuick = options.includes('--quick')
const isLong = options.includes('--long')
const only = options.find((option) => option.startsWith('--only='))?.slice('--only='.length)
const COUNTS = isQuick
  ? { processes: 2, rounds: 1, logins: 8, atOnce: [1, 4], warmUpMs: 1 }
  : { processes: 6, rounds: isLong ? 15 : 2, logins: 64, atOnce: [1, 16, 64], warmUpMs: 5_000 }
const SIZES = isQuick ? ['1000'] : ['1000', '100000', '1000000']
const COUNTED_LOGINS = 20

const OURS = 'passport-email-otp'
const TWO = [FLOOR, SAME, OURS]
const ALL = [
  ...TWO,
  'floor-with-promises',
  'passport-magic-login',
  'passport-magic-link',
  'better-auth',
  'better-auth-sqlite',
  'passwordless',
  'hand-written',
]
const SCENARIOS = [
  {
    title: 'In memory, mails composed and dropped',
    store: 'memory',
    transport: 'stream',
    contenders: ALL,
  },
  {
    title: 'In memory, over pooled SMTP with TLS',
    store: 'memory',
    transport: 'smtp',
    contenders: ALL,
  },
  { title: 'Redis', store: 'Redis', transport: 'stream', contenders: TWO },
  { title: 'PostgreSQL', store: 'PostgreSQL', transport: 'stream', contenders: TWO },
  { title: 'SQLite', store: 'SQLite', transport: 'stream', contenders: TWO },
].filter(({ title }) => only === undefined || title.includes(only))

const sink = fork(fileURLToPath(new URL('smtp-sink.mjs', import.meta.url)))
const [smtpPort] = await once(sink, 'message')
const redis = await startRedis()
// Whoever waits for the disk waits for what other programs write, too.
const postgres = await startPostgres('fsync=off')
const ports = { smtpPort, redisPort: redis.port, postgresPort: postgres.port }
const results = []
const roundTrips = []
try {
  for (const { title, store, transport, contenders } of SCENARIOS) {
    const setting = { store, transport, ...ports }
    const started = Date.now()
    const rows = await measureScenario({ contenders, setting, counts: COUNTS })
    results.push({ title, rows })
    console.error(`${title}: ${Math.round((Date.now() - started) / 1000)} s`)
    console.table(rows.map(({ noise, ...row }) => row))
    if (store === 'Redis' || store === 'PostgreSQL') {
      for (const name of [FLOOR, OURS]) {
        roundTrips.push({ store, name, trips: await countRoundTrips(name, setting) })
      }
    }
  }
} finally {
  sink.disconnect()
  await redis.stop()
  await postgres.stop()
}

if (only === undefined) {
  const page = isQuick
    ? join(tmpdir(), 'performance.md')
    : fromRoot('docs/operations/performance.md')
  writePage(page, {
    counts: COUNTS,
    results,
    roundTrips,
    packages: measurePackages(),
    stores: outputOf('bench/stores.mjs', 'memory', ...SIZES),
    sqlite: outputOf('bench/sqlite-blocks.mjs', isQuick ? '1000' : '100000'),
  })
  console.log(`Written: ${page}`)
}

/** Round trips of one login, counted by a proxy in front of the server. */
async function countRoundTrips(name, setting) {
  const port = setting.store === 'Redis' ? 'redisPort' : 'postgresPort'
  const proxy = await startProxy(setting[port])
  const one = await startContender(name, { ...setting, [port]: proxy.port })
  await one.burst(2, 1)
  const trips = await proxy.count(1, () => one.burst(COUNTED_LOGINS, 1))
  await one.stop()
  proxy.close()
  return trips / COUNTED_LOGINS
}

function outputOf(file, ...args) {
  return execFileSync(process.execPath, ['--expose-gc', fromRoot(file), ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  })
}

function fromRoot(path) {
  return fileURLToPath(new URL(`../../${path}`, import.meta.url))
}
