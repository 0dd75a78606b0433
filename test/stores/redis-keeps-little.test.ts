import { afterAll, beforeAll, expect, test } from 'vitest'
import { describeWithRedis, type RedisServer, startRedis } from '../helpers/redis-server.js'
import { DAY, DEVICE, HOUR, SECOND, STRANGER, verbs } from './contract/verbs.js'
import { type Connected, clockedStore, connectIoRedis, emptyStore } from './redis-clients.js'

const KEY = /\btest-\d+:\{alice\}/

describeWithRedis('what Redis keeps', () => {
  let server: RedisServer
  let connected: Connected
  beforeAll(async () => {
    server = await startRedis()
    connected = await connectIoRedis(server)
  })
  afterAll(async () => {
    await connected?.close()
    await server?.stop()
  })

  /** A store on a server without any key. */
  async function onEmptyServer() {
    await server.cli('FLUSHALL')
    const store = emptyStore(connected.client)
    return { store, ...verbs({ store, advance: () => {} }) }
  }
  const keys = async () => (await server.cli('KEYS', '*')).split('\n').filter(Boolean)
  const onlyKey = async () => {
    const found = await keys()
    expect(found).toHaveLength(1)
    expect(found[0]).toMatch(KEY)
    return found[0] as string
  }
  const livesFor = async () => Number(await server.cli('PTTL', await onlyKey()))
  const expectLife = async (ms: number) => {
    const left = await livesFor()
    expect(left).toBeLessThanOrEqual(ms)
    expect(left).toBeGreaterThan(ms - 5 * SECOND)
  }

  test('all of an address is one key, which goes when its budget is full again', async () => {
    const { open } = await onEmptyServer()
    await open('first')
    await expectLife(STRANGER.refillMs)
    await open('second', { budget: DEVICE })
    await open('third', { budget: DEVICE })
    await expectLife(2 * STRANGER.refillMs)
  })

  test('it stays as long as a challenge lives', async () => {
    const { open } = await onEmptyServer()
    await open('first', { ttlMs: DAY })
    await expectLife(DAY)
    await open('second')
    await expectLife(DAY)
  })

  test('it stays as long as failures count, and no guess in their window prolongs it', async () => {
    const { open, guess, answer } = await onEmptyServer()
    await open('first')
    await guess('first')
    await expectLife(30 * DAY)
    await open('second')
    await guess('second', { failuresWindowMs: 60 * DAY })
    await expectLife(30 * DAY)
    await answer('second')
    await expectLife(30 * DAY)
  })

  test('a sign-in without a wrong guess leaves nothing', async () => {
    const { open, answer } = await onEmptyServer()
    await open('first')
    await answer('first')
    expect(await keys()).toEqual([])
  })

  test('a cancelled opening with its send given back leaves nothing', async () => {
    const { open, cancel } = await onEmptyServer()
    await open('first')
    await cancel('first', { refund: true })
    expect(await keys()).toEqual([])
  })

  test('guesses at what is not there leave nothing', async () => {
    const { guess, answer, cancel } = await onEmptyServer()
    for (let i = 0; i < 1_000; i += 1) await guess(`${i}`)
    await answer('never was')
    await cancel('never was', { refund: true })
    expect(await keys()).toEqual([])
  })

  test('forgetting an address leaves nothing of it, and all of the others', async () => {
    const { store, open, guess, answer, failures, fullAgainIn } = await onEmptyServer()
    await open('first')
    await guess('first')
    await open('his', { address: 'bob' })
    await store.forget({ address: 'alice' })
    await store.forget({ address: 'never was' })
    expect(await keys()).toEqual([expect.stringMatching(/\{bob\}$/)])
    expect(await answer('first')).toEqual({ outcome: 'unknown' })
    expect(await failures()).toBe(0)
    expect(await fullAgainIn()).toBe(0)
    expect(await answer('his', { address: 'bob' })).toEqual({ outcome: 'accepted' })
  })

  test('opening clears away what has expired and what is full', async () => {
    await server.cli('FLUSHALL')
    const { open, guess, advance } = verbs(await clockedStore(connected.client, server))
    const find = async () => (await keys()).find((key) => KEY.test(key)) ?? ''
    await open('first')
    await guess('first', { failuresWindowMs: HOUR })
    await open('second', { budget: DEVICE })
    await open('third', { ttlMs: 9 * HOUR })
    expect(await server.cli('HLEN', await find())).toBe('6') // three challenges, two budgets, failures
    await advance(2 * STRANGER.refillMs)
    await open('fourth')
    expect(await server.cli('HLEN', await find())).toBe('3') // two challenges and a budget
  })

  test('a code tried while too short stays so, whatever lower count it was tried with since', async () => {
    const { open, fail, guess, advance } = verbs(await clockedStore(connected.client, server))
    await fail(2, { failuresWindowMs: HOUR })
    await open('first', { ttlMs: DAY })
    expect(await guess('first', { failuresBelow: 2 })).toEqual({ outcome: 'stale' })
    expect(await guess('first', { failuresBelow: 1 })).toEqual({ outcome: 'stale' })
    await advance(HOUR)
    expect(await guess('first', { failuresBelow: 2 })).toEqual({ outcome: 'stale' })
    expect(await guess('first', { failuresBelow: 3 })).toMatchObject({ outcome: 'wrong' })
  })
})
