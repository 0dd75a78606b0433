import { describe, expect, it, vi } from 'vitest'
import type { Connection } from '../../src/mail/smtp/connection.js'
import { Pool } from '../../src/mail/smtp/pool.js'
import type { PoolLimits } from '../../src/mail/smtp/pool-limits.js'
import { holdTimers, stopTimeouts } from '../helpers/clock.js'
import { gate } from '../helpers/gate.js'

const LIMITS = { maxMessages: 100, idleTimeoutMs: 0, rateLimit: 0, rateDeltaMs: 1000 }

/** A pool whose connections are made up: they note what is done with them. */
function poolOf(maxConnections: number, limits: Partial<PoolLimits> = {}) {
  const made: { connection: Connection; quits: number; close(): void }[] = []
  const pool = new Pool({ ...LIMITS, maxConnections, ...limits }, () => {
    const { opened: closed, open: close } = gate()
    const each = { quits: 0, close, connection: undefined as unknown as Connection }
    const connection = {
      closed,
      isOver: false,
      isOpening: false,
      mails: 1,
      rest: () => {},
      quit: () => {
        each.quits += 1
        connection.isOver = true
      },
    }
    each.connection = connection as unknown as Connection
    made.push(each)
    return each.connection
  })
  const take = (isFresh = false, signal?: AbortSignal) =>
    pool.take({ isFresh, isCheck: false, ticket: pool.ticket() }, signal)
  const check = (signal?: AbortSignal) =>
    pool.take({ isFresh: true, isCheck: true, ticket: pool.ticket() }, signal)
  /** Fills the pool with idle connections. */
  const fill = async (count: number) => {
    const taken = await Promise.all(Array.from({ length: count }, () => take()))
    for (const connection of taken) pool.release(connection)
  }
  const quits = () => made.reduce((sum, each) => sum + each.quits, 0)
  return { pool, take, check, fill, made, quits }
}

describe('a mail that waits for a new connection while idle ones take all the room', () => {
  it('closes one of them, however often the pool looks meanwhile', async () => {
    const { pool, take, fill, made, quits } = poolOf(3)
    await fill(3)
    const fresh = take(true)
    pool.noteOpened()
    pool.noteOpened()
    expect(quits()).toBe(1)
    made.find((each) => each.quits > 0)?.close()
    expect(await fresh).toBe(made[3]?.connection)
    expect(quits()).toBe(1)
  })

  it('closes one where the server has refused a connection: it may allow fewer than this pool', async () => {
    const { pool, take, fill, quits } = poolOf(5)
    await fill(2)
    pool.noteRefused()
    void take(true)
    pool.noteOpened()
    expect(quits()).toBe(1)
  })

  it('closes one only while the pool opens no other, and another one after each refusal', async () => {
    const timers = holdTimers(100)
    const { pool, take, fill, made, quits } = poolOf(5)
    await fill(4)
    pool.noteRefused()
    const fresh = take(true)
    expect(quits()).toBe(1)
    for (const each of made.filter(({ quits }) => quits > 0)) each.close()
    await new Promise(setImmediate)
    pool.noteOpened()
    expect(quits()).toBe(1)
    timers.fire()
    expect(await fresh).toBe(made[4]?.connection)
    pool.noteRefused()
    void take(true)
    expect(quits()).toBe(2)
  })

  it('closes none while another one is being closed', async () => {
    const { take, fill, made, quits } = poolOf(2)
    await fill(2)
    const used = await take()
    used.quit()
    const fresh = take(true)
    expect(quits()).toBe(1)
    made.find((each) => each.connection === used)?.close()
    expect(await fresh).toBe(made[2]?.connection)
    expect(quits()).toBe(1)
  })

  it('lets the mails behind it have the idle ones meanwhile, in their order', async () => {
    const { pool, take, fill, made, quits } = poolOf(3)
    await fill(3)
    pool.noteRefused()
    const fresh = take(true)
    const behind = [take(), take()]
    const last = take()
    const [one, two] = await Promise.all(behind)
    expect(new Set([one, two]).size).toBe(2)
    expect(quits()).toBe(1)
    pool.release(two as Connection)
    expect(await last).toBe(two)
    expect(made).toHaveLength(3)
    pool.noteOpened()
    made.find((each) => each.quits > 0)?.close()
    await fresh
    expect(made).toHaveLength(4)
  })

  it('does not wait for ever where mails behind it take every connection that becomes free', async () => {
    const { pool, take, fill, made, quits } = poolOf(2)
    await fill(2)
    const [one, two] = [await take(), await take()]
    const fresh = take(true)
    const behind = [take(), take()]
    pool.release(one)
    expect(quits()).toBe(1)
    pool.release(two)
    expect(await behind[0]).toBe(two)
    made.find((each) => each.quits > 0)?.close()
    expect(await fresh).toBe(made[2]?.connection)
    pool.release(two)
    expect(await behind[1]).toBe(two)
  })
})

it('an idle connection that the server has ended is given to no mail, also before its socket is closed', async () => {
  const { take, fill, made } = poolOf(3)
  await fill(2)
  const last = made[1]?.connection
  last?.quit()
  expect(await take()).toBe(made[0]?.connection)
  expect(await take()).toBe(made[2]?.connection)
})

describe('a closed pool', () => {
  it('closes its idle connections once the last mail that waits gives up', async () => {
    const { pool, take, fill, quits } = poolOf(2)
    await fill(2)
    const stop = new AbortController()
    const waiting = take(true, stop.signal)
    pool.close()
    expect(quits()).toBe(1)
    stop.abort(new Error('too late'))
    await expect(waiting).rejects.toThrow('too late')
    expect(quits()).toBe(2)
  })

  it('closes its idle connections once the last mail that waits has another one', async () => {
    const { pool, take, fill, made, quits } = poolOf(2)
    await fill(2)
    const waiting = take(true)
    pool.close()
    expect(quits()).toBe(1)
    made.find((each) => each.quits > 0)?.close()
    pool.release(await waiting)
    expect(quits()).toBe(3)
  })
})

describe('a limit of mails in a time', () => {
  it('keeps the process alive only while a mail waits for it', async () => {
    stopTimeouts({ date: true })
    const { take } = poolOf(2, { rateLimit: 1, rateDeltaMs: 60_000 })
    await take()
    const [first, second] = [new AbortController(), new AbortController()]
    const waiting = [take(false, first.signal), take(false, second.signal)]
    first.abort('in time no more')
    expect(vi.getTimerCount()).toBe(1)
    second.abort('in time no more')
    expect(vi.getTimerCount()).toBe(0)
    expect((await Promise.allSettled(waiting)).map(({ status }) => status)).toEqual([
      'rejected',
      'rejected',
    ])
  })

  it('lets the mails go on that wait when it ends', async () => {
    const timers = stopTimeouts({ date: true })
    const { take } = poolOf(2, { rateLimit: 1, rateDeltaMs: 60_000 })
    await take()
    const gone = new AbortController()
    const left = take(false, gone.signal).catch((reason) => reason)
    gone.abort('in time no more')
    expect(await left).toBe('in time no more')
    const next = take()
    await timers.pass(60_000)
    expect((await next).mails).toBe(1)
  })

  it('lets a check go before the mails that wait, for which no timer is left when they are gone', async () => {
    stopTimeouts({ date: true })
    const { take, check } = poolOf(4, { rateLimit: 1, rateDeltaMs: 60_000 })
    await check()
    await take()
    const gone = new AbortController()
    const left = take(false, gone.signal).catch((reason) => reason)
    await check()
    expect(vi.getTimerCount()).toBe(1)
    gone.abort('in time no more')
    expect(await left).toBe('in time no more')
    await check()
    expect(vi.getTimerCount()).toBe(0)
  })

  it('gives the mails behind a check that has to wait no more than they may have', async () => {
    const timers = stopTimeouts({ date: true })
    const { pool, take, check, fill, quits } = poolOf(2, { rateLimit: 2, rateDeltaMs: 60_000 })
    await fill(2)
    const stop = new AbortController()
    const checked = check(stop.signal).catch((reason) => reason)
    let isGiven = false
    const behind = take().then(() => {
      isGiven = true
    })
    pool.noteOpened()
    await new Promise(setImmediate)
    expect([isGiven, quits()]).toEqual([false, 1])
    await timers.pass(60_000)
    await behind
    stop.abort('in time no more')
    expect(await checked).toBe('in time no more')
  })

  it('keeps no process alive for a check that gives up', async () => {
    stopTimeouts({ date: true })
    const { take, check } = poolOf(1, { rateLimit: 1, rateDeltaMs: 60_000 })
    await take()
    const [mail, stop] = [new AbortController(), new AbortController()]
    const waiting = [take(false, mail.signal), check(stop.signal)]
    expect(vi.getTimerCount()).toBe(1)
    mail.abort('in time no more')
    expect(vi.getTimerCount()).toBe(0)
    stop.abort('in time no more')
    expect((await Promise.allSettled(waiting)).map(({ status }) => status)).toEqual([
      'rejected',
      'rejected',
    ])
  })
})
