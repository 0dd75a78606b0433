// Measures the memory store: heap per pending challenge, and time per verb as the store grows.
//
//   npm run build && node --expose-gc bench/memory-store.mjs
//
// Each pending challenge has a different address. Keys have 22 characters, like those of the strategy, and each
// request has a new copy of them. A time is the median of batches of 1000 calls, each of which is awaited. The keys
// of a batch are created before its clock starts. "recent" uses the challenges that were opened last, like users who
// answer the mail that they have just received. "random" picks from all challenges, so that most calls read memory
// that is in no processor cache.
import { randomBytes, randomInt } from 'node:crypto'
import { MemoryStore } from '../dist/esm/index.js'
import { heapBytes } from './heap-bytes.mjs'

const SIZES = [1_000, 10_000, 100_000, 1_000_000]
const BATCH = 1_000
const BATCHES = 41
const budget = { key: 'email-otp/stranger', burst: 5, refillMs: 5_400_000 }
const rules = { ttlMs: 600_000, keepMs: 120_000, attempts: 5, spacingMs: 30_000, budget }
const guess = { failuresBelow: 5, failuresWindowMs: 30 * 86_400_000, budget }

// The clock is stopped, so that no challenge expires, no matter how long the bench takes.
const start = Date.now()
Date.now = () => start

const key = () => randomBytes(16).toString('base64url')
const copy = (text) => Buffer.from(text).toString('latin1')
const newKeys = (count) =>
  Array.from({ length: count }, () => ({ address: key(), challenge: key() }))

const verbs = {
  open: (store, keys) => store.open({ ...keys, ...rules }),
  wrong: (store, keys) => store.attempt({ ...keys, ...guess, matched: false }),
  right: (store, keys) => store.attempt({ ...keys, ...guess, matched: true }),
  cancel: (store, keys) => store.cancel({ ...keys, budget, refund: 'whole', spacingMs: 30_000 }),
}

async function nanoseconds(call, store, batch) {
  const before = process.hrtime.bigint()
  for (const keys of batch) await call(store, keys)
  return Number(process.hrtime.bigint() - before) / batch.length
}

/** Fills a store. Then opens a thousand challenges, guesses at a thousand and removes those, many times. */
async function measure(pending, pick) {
  const store = new MemoryStore({ maxChallenges: 10_000_000, maxAddresses: 10_000_000 })
  const empty = await heapBytes()
  const held = []
  for (let i = 0; i < pending; i += 1) {
    const keys = { address: key(), challenge: key() }
    await verbs.open(store, keys)
    held.push(keys)
  }
  // Subtracts what the bench itself holds for each challenge: an object of two keys, and its slot.
  const bytes = ((await heapBytes()) - empty) / pending - 48
  const times = { open: [], wrong: [], right: [], cancel: [] }
  for (let i = 0; i < BATCHES; i += 1) {
    for (const last of ['right', 'cancel']) {
      const fresh = newKeys(BATCH)
      times.open.push(await nanoseconds(verbs.open, store, fresh))
      held.push(...fresh)
      const batch = pick(held).map((keys) => ({
        address: copy(keys.address),
        challenge: copy(keys.challenge),
      }))
      times.wrong.push(await nanoseconds(verbs.wrong, store, batch))
      times[last].push(await nanoseconds(verbs[last], store, batch))
    }
  }
  return { bytes, times: Object.fromEntries(Object.entries(times).map(([k, v]) => [k, median(v)])) }
}

const median = (values) => values.sort((a, b) => a - b)[values.length >> 1]
const picks = {
  recent: (held) => held.splice(-BATCH),
  random: (held) =>
    Array.from({ length: BATCH }, () => {
      const at = randomInt(held.length)
      const taken = held[at]
      held[at] = held.at(-1)
      held.pop()
      return taken
    }),
}

for (const pick of Object.values(picks)) await measure(20_000, pick) // warms up the compiler
for (const [name, pick] of Object.entries(picks)) {
  console.log(`\n${name} access: heap bytes per pending, nanoseconds per call`)
  const rows = {}
  for (const size of SIZES) {
    const { bytes, times } = await measure(size, pick)
    rows[size] = { bytes: Math.round(bytes) }
    for (const verb of Object.keys(times)) rows[size][verb] = Math.round(times[verb])
  }
  console.table(rows)
}
