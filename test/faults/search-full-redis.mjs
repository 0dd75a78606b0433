// Searches for a code of six digits in a Redis that is out of memory, like an attacker who fills it. Prints how many
// guesses were not counted, and whether the right code was accepted among them: it must not be.
//
//   npm run build && node test/faults/search-full-redis.mjs              all codes: some minutes
//   npm run build && node test/faults/search-full-redis.mjs 100000       fewer codes
//   npm run build && node test/faults/search-full-redis.mjs --former     with a script that judges before it counts
//
// It starts its own Redis (Debian package: redis-server). Exits with 1 if the code was found.
import { createHash, randomInt } from 'node:crypto'
import { Redis } from 'ioredis'
import { startRedis } from '../../bench/servers.mjs'
import { RedisStore } from '../../dist/esm/stores/redis.js'

const args = process.argv.slice(2)
const former = args.includes('--former')
const codes = Number(args.find((arg) => arg > 0) ?? 1_000_000)
const AT_ONCE = 200

const budget = { key: 'email-otp/stranger', burst: 5, refillMs: 5_400_000 }
const keys = { address: 'alice', challenge: 'first' }
const rules = { ttlMs: 600_000, keepMs: 120_000, attempts: 5, spacingMs: 30_000, budget }
// Another budget than that of the challenge: a browser that has become known meanwhile. No send is refunded.
const guess = {
  failuresBelow: 5,
  failuresWindowMs: 2_592_000_000,
  budget: { ...budget, key: 'device' },
}

const server = await startRedis()
const client = new Redis(server.port)
const store = new RedisStore({ client: former ? judgingFirst(client) : client })
await store.open({ ...keys, ...rules, ttlMs: 86_400_000 })
await client.config('SET', 'maxmemory', '1')

const secret = randomInt(codes)
const seen = {}
const errors = new Set()
let foundAt
for (let first = 0; first < codes && foundAt === undefined; first += AT_ONCE) {
  const tries = Array.from({ length: Math.min(AT_ONCE, codes - first) }, async (_, i) => {
    const matched = first + i === secret
    try {
      const { outcome } = await store.attempt({ ...keys, ...guess, matched })
      seen[outcome] = (seen[outcome] ?? 0) + 1
      if (outcome === 'accepted') foundAt = first + i
    } catch (err) {
      seen.rejected = (seen.rejected ?? 0) + 1
      errors.add(err.message.replace(/ script:.*/s, ''))
    }
  })
  await Promise.all(tries)
}
await client.config('SET', 'maxmemory', '0')
// An address without failures opens with a count of 0.
const { failures } = await store.open({ ...keys, ...rules, challenge: 'second' })

console.log(`outcomes: ${JSON.stringify(seen)} (${[...errors].join('; ')})`)
console.log(`guesses that were counted: ${failures}; not counted: ${seen.rejected ?? 0}`)
console.log(
  foundAt === undefined ? 'the code was not found' : `FOUND: code ${foundAt} was accepted`,
)
client.disconnect()
await server.stop()
process.exitCode = foundAt === undefined ? 0 : 1

/** A client whose script for attempts removes a challenge before it counts. */
function judgingFirst(real) {
  const sha1 = (text) => createHash('sha1').update(text).digest('hex')
  const rewritten = new Map()
  const count = "put('f', failuresText(), row.field, challengeText(row))\n"
  return {
    eval: (text, ...rest) => {
      if (!text.includes('if matched then')) return real.eval(text, ...rest)
      const [before, after, ...more] = text.split(count)
      if (after === undefined || more.length > 0) throw new Error('The script has changed')
      const restore = /\n {2}if now < windowEnd then put.*\n/
      if (!restore.test(after)) throw new Error('The script has changed')
      const judged = after.replace(restore, '\n').replace(/tidy\(\)\nreturn 'wrong/, `${count}$&`)
      rewritten.set(sha1(text), sha1(before + judged))
      return real.eval(before + judged, ...rest)
    },
    evalsha: async (name, ...rest) => {
      const own = rewritten.get(name)
      if (own === undefined) throw new Error('NOSCRIPT')
      return real.evalsha(own, ...rest)
    },
  }
}
