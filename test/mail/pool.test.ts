import { describe, expect, it } from 'vitest'
import type { Connection } from '../../src/mail/smtp/connection.js'
import { Pool } from '../../src/mail/smtp/pool.js'
import { gate } from '../helpers/gate.js'

const LIMITS = { maxMessages: 100, idleTimeoutMs: 0, rateLimit: 0, rateDeltaMs: 1000 }

/** A pool whose connections are made up: they note what is done with them. */
function poolOf(maxConnections: number) {
  const made: { connection: Connection; quits: number; close(): void }[] = []
  const pool = new Pool({ ...LIMITS, maxConnections }, () => {
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
  const take = (isFresh = false, signal?: AbortSignal) => pool.take(isFresh, pool.ticket(), signal)
  /** Fills the pool with idle connections. */
  const fill = async (count: number) => {
    const taken = await Promise.all(Array.from({ length: count }, () => take()))
    for (const connection of taken) pool.release(connection)
  }
  const quits = () => made.reduce((sum, each) => sum + each.quits, 0)
  return { pool, take, fill, made, quits }
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
