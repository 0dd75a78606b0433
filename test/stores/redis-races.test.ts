import { RedisStore } from 'passport-email-otp/redis'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DAY } from '../../src/testing/store/verbs.js'
import {
  describeWithRedis,
  type RedisCluster,
  type RedisServer,
  startRedis,
  startRedisCluster,
} from '../helpers/redis-server.js'
import { verbs } from './contract/verbs.js'
import {
  type Connected,
  connectIoRedis,
  connectIoRedisCluster,
  connectNodeRedis,
  connectNodeRedisCluster,
} from './redis-clients.js'

let names = 0
const newPrefix = () => `race-${names++}:`
const times = <T>(count: number, call: (i: number) => T): T[] =>
  Array.from({ length: count }, (_, i) => call(i))

function count(outcomes: string[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const outcome of outcomes) counts[outcome] = (counts[outcome] ?? 0) + 1
  return counts
}
const outcomes = async (calls: Promise<{ outcome: string }>[]) =>
  count((await Promise.all(calls)).map(({ outcome }) => outcome))

/** Returns the store of each connection in turn. All use the same keys. */
function storesOn(connections: Connected[]) {
  const prefix = newPrefix()
  const all = connections.map(({ client }) => {
    const store = new RedisStore({ client, prefix })
    return verbs({ store, advance: () => {} })
  })
  return (i: number) => all[i % all.length] as (typeof all)[number]
}

function races(connections: () => Connected[]): void {
  test('evaluates exactly five of 200 concurrent wrong guesses', async () => {
    const on = storesOn(connections())
    await on(0).open('first')
    const seen = await outcomes(times(200, (i) => on(i).guess('first')))
    expect(seen).toEqual({ wrong: 5, spent: 195 })
    expect(await on(1).failures()).toBe(5)
  })

  test('accepts one of 50 concurrent right codes', async () => {
    const on = storesOn(connections())
    await on(0).open('first')
    const seen = await outcomes(times(50, (i) => on(i).verify('first')))
    expect(seen).toEqual({ accepted: 1, unknown: 49 })
  })

  test('accepts the right code once among four concurrent wrong guesses', async () => {
    const on = storesOn(connections())
    await on(0).open('first')
    const seen = await outcomes(
      times(5, (i) => (i === 2 ? on(i).verify('first') : on(i).guess('first'))),
    )
    expect(seen.accepted).toBe(1)
    expect((seen.wrong ?? 0) + (seen.unknown ?? 0)).toBe(4)
    expect(await on(1).failures()).toBe(seen.wrong ?? 0)
  })

  test('reopens once for 50 concurrent requests to send a code again', async () => {
    const on = storesOn(connections())
    await on(0).open('first')
    await on(0).cancel('first') // clears the spacing
    await on(0).open('second')
    const again = times(50, (i) => on(i).resend('second', `${i}`, { spacingMs: DAY }))
    expect(await outcomes(again)).toEqual({ waiting: 50 })
    await on(0).resend('second', 'new', { spacingMs: 0 })
    await on(0).cancel('second')
    expect(await outcomes(times(50, (i) => on(i).resend('second', `${i}`)))).toEqual({
      reopened: 1,
      waiting: 49,
    })
  })

  test('allows five of 20 concurrent first requests', async () => {
    const on = storesOn(connections())
    const seen = await outcomes(times(20, (i) => on(i).open(`${i}`)))
    expect(seen).toEqual({ opened: 5, limited: 15 })
  })

  test('replaces a stale code free of charge once under 50 concurrent requests', async () => {
    const on = storesOn(connections())
    await on(0).open('first')
    for (let i = 0; i < 4; i += 1) await on(0).open(`${i}`)
    await on(0).addFailures(5)
    const seen = await outcomes(times(50, (i) => on(i).resend('first', `new ${i}`)))
    expect(seen).toEqual({ opened: 1, limited: 49 })
  })
}

describeWithRedis('concurrent requests on one Redis', () => {
  let server: RedisServer
  let connections: Connected[] = []
  beforeAll(async () => {
    server = await startRedis()
    connections = [
      await connectNodeRedis(server),
      await connectIoRedis(server),
      await connectNodeRedis(server),
      await connectIoRedis(server),
    ]
  })
  afterAll(async () => {
    for (const { close } of connections) await close()
    await server?.stop()
  })

  describe('over four connections of both clients', () => races(() => connections))
})

describeWithRedis('concurrent requests on a Redis cluster', () => {
  let cluster: RedisCluster
  let connections: Connected[] = []
  beforeAll(async () => {
    cluster = await startRedisCluster()
    connections = [
      await connectNodeRedisCluster(cluster.nodes),
      await connectIoRedisCluster(cluster.nodes),
    ]
  }, 30_000)
  afterAll(async () => {
    for (const { close } of connections) await close()
    await cluster?.stop()
  })

  races(() => connections)

  test('spreads addresses over the nodes, and keeps all data of one address in one slot', async () => {
    const on = storesOn(connections)
    for (let i = 0; i < 60; i += 1) {
      const address = { address: `address ${i}` }
      await on(i).open('first', address)
      await on(i).guess('first', address)
      expect(await on(i + 1).resend('first', 'second', { ...address, spacingMs: 0 })).toEqual({
        outcome: 'reopened',
      })
      expect(await on(i).verify('first', address)).toEqual({ outcome: 'accepted', failures: 1 })
    }
    let sum = 0
    for (const node of cluster.nodes) {
      const keys = (await node.cli('KEYS', `race-${names - 1}:*`)).split('\n')
      expect(keys.length).toBeGreaterThan(5)
      sum += keys.length
      const [key = ''] = keys
      const tag = /\{(.*)\}/.exec(key)?.[1] ?? ''
      expect(await node.cli('CLUSTER', 'KEYSLOT', key)).toBe(
        await node.cli('CLUSTER', 'KEYSLOT', tag),
      )
    }
    expect(sum).toBe(60) // one key for each address
  })
})
