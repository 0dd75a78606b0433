import type { Connection } from './connection.js'
import type { PoolLimits } from './pool-limits.js'
import { Rate } from './rate.js'
import { addInOrder, next, type Place, type Waiting } from './waiting.js'

/** The wait before another connection is opened after the server has refused one, and the longest such wait. */
const FIRST_WAIT_MS = 100
const LONGEST_WAIT_MS = 1_000

/** Holds the connections to one mail server. Who needs one waits until a connection is free. */
export class Pool {
  readonly #limits: PoolLimits
  readonly #rate: Rate
  readonly #make: () => Connection
  /** All that the server may count, also those that are being opened or closed. */
  readonly #connections = new Set<Connection>()
  readonly #idle: Connection[] = []
  #waiting: Waiting[] = []
  #tickets = 0
  #isClosed = false
  #nextWaitMs = FIRST_WAIT_MS
  #isHeldBack = false
  /** Whether an idle connection was closed for a new one that is not made yet. */
  #hasMadeRoom = false

  constructor(limits: PoolLimits, make: () => Connection) {
    this.#limits = limits
    this.#rate = new Rate(limits, () => this.#serve())
    this.#make = make
  }

  /** The next place among the mails that wait. */
  readonly ticket = () => ++this.#tickets

  /**
   * Waits for a connection: an idle one, or a new one that is not open yet.
   *
   * @param place a mail that was refused a connection keeps its own
   * @throws the reason of the signal, when that is aborted first
   */
  take(place: Place, signal?: AbortSignal): Promise<Connection> {
    return new Promise((resolve, reject) => {
      const give = () => {
        this.#waiting = this.#waiting.filter((each) => each !== waiting)
        reject(signal?.reason)
        if (this.#waiting.every(({ isCheck }) => isCheck)) this.#rate.stop()
        this.#serve()
      }
      const waiting: Waiting = {
        ...place,
        take: (connection) => {
          signal?.removeEventListener('abort', give)
          resolve(connection)
        },
      }
      if (signal?.aborted) return give()
      signal?.addEventListener('abort', give, { once: true })
      addInOrder(this.#waiting, waiting)
      this.#serve()
    })
  }

  /** Takes a connection back after a mail. */
  release(connection: Connection): void {
    const [first] = this.#waiting
    const isUsedUp = connection.mails >= this.#limits.maxMessages
    if (connection.isOver) return
    if (isUsedUp || (this.#isClosed && !first)) connection.quit()
    else if (first && !first.isFresh && !this.#rate.isOver()) this.#give(first, connection)
    else {
      connection.rest()
      this.#idle.push(connection)
      this.#startIdleTimer(connection)
      this.#serve()
    }
  }

  /** Closes all idle connections at once: if one does not work any more, the others may not either. */
  dropIdle(reason: Error): void {
    for (const connection of this.#idle.splice(0)) connection.destroy(reason)
  }

  /** How many connections the server has accepted. */
  openings = 0

  /** The server has accepted a new connection. */
  noteOpened(): void {
    this.openings += 1
    this.#nextWaitMs = FIRST_WAIT_MS
    this.#serve()
  }

  /** The server has refused a new connection, perhaps because too many are open: opens no other for a moment. */
  noteRefused(): void {
    if (this.#isHeldBack) return
    this.#isHeldBack = true
    setTimeout(() => {
      this.#isHeldBack = false
      this.#serve()
    }, this.#nextWaitMs)
    this.#nextWaitMs = Math.min(2 * this.#nextWaitMs, LONGEST_WAIT_MS)
  }

  /** Closes idle connections now, and the others once no mail waits for them. */
  close(): void {
    this.#isClosed = true
    this.#serve()
  }

  #serve(): void {
    for (;;) {
      const isEmpty = this.#waiting.length === 0
      if (isEmpty && this.#isClosed) for (const idle of this.#idle.splice(0)) idle.quit()
      const first = next(this.#waiting, () => this.#rate.isOver())
      if (!first) return
      if (!this.#serveFirst(first) && !this.#serveBehind(first)) return
    }
  }

  #serveFirst(first: Waiting): boolean {
    const connection = (first.isFresh ? undefined : this.#idleOne()) ?? this.#newOne()
    if (connection) this.#give(first, connection)
    else if (first.isFresh) this.#makeRoom()
    return connection !== undefined
  }

  /** Mails that wait behind one that needs a new connection take the idle ones meanwhile. */
  #serveBehind(first: Waiting): boolean {
    const other = first.isFresh && this.#waiting.find((each) => !each.isFresh)
    const connection = other && !this.#rate.isOver() ? this.#idleOne() : undefined
    if (other && connection) this.#give(other, connection)
    return connection !== undefined
  }

  /**
   * Closes an idle connection, once for each new one. The idle ones take all the room: of this pool, or of a server that
   * has refused a new connection. While the pool opens no other, mails can use the rest.
   */
  #makeRoom(): void {
    if (this.#hasMadeRoom || [...this.#connections].some((each) => each.isOver)) return
    const oldest = this.#idle.shift()
    this.#hasMadeRoom = oldest !== undefined
    oldest?.quit()
  }

  #give(waiting: Waiting, connection: Connection): void {
    if (!waiting.isCheck) this.#rate.count()
    this.#waiting.splice(this.#waiting.indexOf(waiting), 1)
    waiting.take(connection)
  }

  #idleOne(): Connection | undefined {
    for (;;) {
      const connection = this.#idle.pop()
      if (!connection) return undefined
      if (connection.isOver) continue
      // The timer is late on a machine that was suspended.
      const idleMs = Date.now() - (connection.idleSince ?? 0)
      const isTooOld = this.#limits.idleTimeoutMs > 0 && idleMs >= this.#limits.idleTimeoutMs
      if (!isTooOld) return connection
      connection.quit()
    }
  }

  #newOne(): Connection | undefined {
    if (this.#connections.size >= this.#limits.maxConnections || this.#isHeldBack) return undefined
    // After a refusal one connection finds out whether there is room again.
    const isCareful = this.#nextWaitMs !== FIRST_WAIT_MS
    if (isCareful && [...this.#connections].some((each) => each.isOpening)) return undefined
    this.#hasMadeRoom = false
    const connection = this.#make()
    this.#connections.add(connection)
    void connection.closed.then(() => {
      this.#connections.delete(connection)
      const index = this.#idle.indexOf(connection)
      if (index !== -1) this.#idle.splice(index, 1)
      this.#serve()
    })
    return connection
  }

  #startIdleTimer(connection: Connection): void {
    const { idleTimeoutMs } = this.#limits
    if (idleTimeoutMs <= 0) return
    const since = connection.idleSince
    const timer = setTimeout(() => {
      const index = this.#idle.indexOf(connection)
      if (index === -1 || connection.idleSince !== since) return
      this.#idle.splice(index, 1)
      connection.quit()
    }, idleTimeoutMs)
    timer.unref()
  }
}
