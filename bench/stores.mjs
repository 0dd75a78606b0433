// Measures the stores: bytes per pending challenge, round trips per call, and time per call as the store grows.
// It starts its own Redis and PostgreSQL (Debian packages: redis-server, postgresql). On Node.js 20, better-sqlite3
// has to be installed: npm ci in bench/
//
//   npm run build && node --expose-gc bench/stores.mjs            1 000, 100 000 and 1 000 000 pending
//   npm run build && node --expose-gc bench/stores.mjs 1000       other sizes
//   npm run build && node --expose-gc bench/stores.mjs Redis      one store: memory, SQLite, SQLite-NORMAL,
//                                                                Redis or PostgreSQL
//
// Each pending challenge has a different address. Calls are made one after the other, over one connection to a
// server on the same machine, with challenges picked at random. The table shows the median and the 99th percentile,
// in microseconds. Servers run as in production: Redis writes its log every second, and PostgreSQL writes a call to
// disk before it answers, as SQLite does with synchronous FULL. PostgreSQL makes no checkpoint and no VACUUM of its own
// while calls are measured. The last table counts the blocks that a call visits in PostgreSQL, which nothing else on the
// machine changes.
import { createHash, randomInt } from 'node:crypto'
import { cpus, loadavg, totalmem } from 'node:os'
import { startProxy } from './round-trips.mjs'
import { openers } from './subjects.mjs'

const chosen = process.argv.slice(2)
const STORES = Object.keys(openers).filter((name) => chosen.includes(name))
if (STORES.length === 0) STORES.push(...Object.keys(openers))
const SIZES = chosen.map(Number).filter((size) => size > 0)
if (SIZES.length === 0) SIZES.push(1_000, 100_000, 1_000_000)
const ROUNDS = 8
const CALLS = 250 // of each verb in a round
const COUNTED_CALLS = 100
const AT_ONCE = 64 // while filling
const DAY = 86_400_000

// A challenge lives for a day here, so that none expires while a million challenges are opened.
const budget = { key: 'email-otp/stranger', burst: 5, refillMs: 5_400_000 }
const rules = { ttlMs: DAY, keepMs: DAY / 5, attempts: 5, spacingMs: 30_000, budget }
const guess = { failuresBelow: 5, failuresWindowMs: 30 * DAY, budget }

const verbs = {
  open: (store, keys) => store.open({ ...keys, ...rules }),
  wrong: (store, keys) => store.attempt({ ...keys, ...guess, matched: false }),
  right: (store, keys) => store.attempt({ ...keys, ...guess, matched: true }),
  cancel: (store, keys) => store.cancel({ ...keys, budget, refund: 'whole', spacingMs: 30_000 }),
}
/** The outcome that each call must have. Any other outcome would be the time of a different case. */
const outcomes = { open: 'opened', wrong: 'wrong', right: 'accepted', cancel: undefined }

const hash = (text) =>
  createHash('sha256').update(text).digest().subarray(0, 16).toString('base64url')
/** Computed each time, so that the bench does not hold a million keys in memory. */
const keysOf = (number) => ({ address: hash(`a${number}`), challenge: hash(`c${number}`) })

async function call(verb, store, keys) {
  const result = await verbs[verb](store, keys)
  if (result?.outcome !== outcomes[verb]) throw new Error(`${verb}: ${JSON.stringify(result)}`)
}

/** Opens challenges until `pending` has `size` entries. */
async function fill(store, pending, size) {
  const worker = async () => {
    while (pending.length < size) {
      const number = next()
      pending.push(number)
      await call('open', store, keysOf(number))
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
}

/** Opens challenges, makes wrong and right guesses, and cancels, so that as many are pending as before. */
async function measure(store, pending) {
  const times = { open: [], wrong: [], right: [], cancel: [] }
  const timed = async (verb, keys) => {
    const before = process.hrtime.bigint()
    await call(verb, store, keys)
    times[verb].push(Number(process.hrtime.bigint() - before) / 1_000)
  }
  for (let i = 0; i < ROUNDS; i += 1) {
    for (let j = 0; j < 2 * CALLS; j += 1) {
      const number = next()
      pending.push(number)
      if (j % 2) await timed('open', keysOf(number))
      else await call('open', store, keysOf(number))
    }
    for (const last of ['right', 'cancel']) {
      const picked = Array.from({ length: CALLS }, () => take(pending)).map(keysOf)
      for (const keys of picked) {
        if (last === 'right') await timed('wrong', keys)
        await timed(last, keys)
      }
    }
  }
  return times
}

/** Removes and returns a random entry. */
function take(pending) {
  const at = randomInt(pending.length)
  const taken = pending[at]
  pending[at] = pending.at(-1)
  pending.pop()
  return taken
}

async function roundTripsOf({ port, through }) {
  if (!through) return undefined
  const proxy = await startProxy(port)
  const { store, close } = await through(proxy.port)
  // The first call of each verb connects, or loads its script.
  for (const last of ['right', 'cancel']) {
    const keys = keysOf(next())
    for (const verb of ['open', 'wrong', last]) await call(verb, store, keys)
  }
  const counts = await countEach((verb, keys) =>
    proxy.count(COUNTED_CALLS, (i) => call(verb, store, keys[i])),
  )
  await close()
  proxy.close()
  return counts
}

/** Blocks that one call of each verb visits. */
function blocksOf({ store, blocks }) {
  return countEach(async (verb, keys) => {
    const before = await blocks()
    for (const each of keys) await call(verb, store, each)
    return ((await blocks()) - before) / keys.length
  })
}

/** `count` makes calls of one verb, and counts. */
async function countEach(count) {
  const newKeys = () => Array.from({ length: COUNTED_CALLS }, () => keysOf(next()))
  const [guessed, cancelled] = [newKeys(), newKeys()]
  const open = await count('open', guessed)
  await count('open', cancelled)
  const wrong = await count('wrong', guessed)
  const right = await count('right', guessed)
  return { open, wrong, right, cancel: await count('cancel', cancelled) }
}

const at = (values, share) => values.sort((a, b) => a - b)[Math.floor(values.length * share)]
const two = (values) => `${Math.round(at(values, 0.5))} / ${Math.round(at(values, 0.99))}`
const row = (...cells) => console.log(`| ${cells.join(' | ')} |`)

let made = 0
const next = () => made++

/** Uses a separate store, so that the store that is measured begins empty. */
async function warmUp(name) {
  const subject = await openers[name]()
  const trips = await roundTripsOf(subject)
  const pending = []
  await fill(subject.store, pending, 5_000)
  await measure(subject.store, pending)
  await subject.close()
  return trips
}

async function bench(name) {
  const subject = await openers[name]()
  const pending = []
  const empty = await subject.bytes()
  for (const size of SIZES) {
    const start = Date.now()
    const filling = (store) => fill(store, pending, size)
    await (subject.fillWith ? subject.fillWith(filling) : filling(subject.store))
    const seconds = (Date.now() - start) / 1_000
    console.error(`${name}: ${size} challenges are pending. Filling took ${seconds} s.`)
    // The bench itself holds one number for each challenge.
    const own = name === 'memory' ? 8 : 0
    const bytes = Math.round(((await subject.bytes()) - empty) / size - own)
    const times = await measure(subject.store, pending)
    const cells = Object.keys(verbs).map((verb) => two(times[verb]))
    row(`${name.split('-')[0]} ${subject.version}`, size, bytes, ...cells)
    if (subject.blocks) visited.push([name, size, ...Object.values(await blocksOf(subject))])
  }
  await subject.close()
}

const memory = `${Math.round(totalmem() / 2 ** 30)} GiB`
const cores = `${cpus().length} cores`
const machine = [cpus()[0].model, cores, memory, `Node.js ${process.versions.node}`]
console.log(`${machine.join(', ')}; load before the run: ${loadavg()[0].toFixed(1)}\n`)
row('store', 'pending', 'bytes each', ...Object.keys(verbs).map((verb) => `${verb}, µs`))
row(...Array(7).fill('---'))
const trips = {}
const visited = []
for (const name of STORES) {
  trips[name] = await warmUp(name)
  await bench(name)
}
console.log()
row('round trips', ...Object.keys(verbs))
row(...Array(5).fill('---'))
for (const [name, counts] of Object.entries(trips)) {
  if (counts) row(name, ...Object.values(counts))
}
console.log()
row('blocks visited', 'pending', ...Object.keys(verbs))
row(...Array(6).fill('---'))
for (const cells of visited) row(...cells)
