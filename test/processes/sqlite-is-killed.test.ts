import { once } from 'node:events'
import { expect, onTestFinished, test } from 'vitest'
import { describeWithSqlite } from '../helpers/sqlite.js'
import { DAY, STRANGER, TEN_DIGITS, verbs } from '../stores/contract/verbs.js'
import { answerOf, connect, hasEnded, startProcess } from '../stores/processes.js'
import { emptyStore, rowsOf } from '../stores/sqlite-store.js'

const key = { address: 'alice', challenge: 'first', budget: STRANGER }
const wrong = { ...key, matched: false, failuresBelow: TEN_DIGITS, failuresWindowMs: 30 * DAY }
const rules = { ttlMs: 600_000, keepMs: 120_000, attempts: 5, spacingMs: 0 }
const pending = { challenge: 'first', failuresBelow: TEN_DIGITS }

/** Calls, and how many rows each changes. */
const CALLS = [
  ['a wrong guess', 'attempt', wrong, 2],
  ['a right code', 'attempt', { ...wrong, matched: true }, 4],
  ['a request for a code', 'open', { ...key, ...rules, address: 'bob', challenge: 'his' }, 3],
  ['a request to send a code again', 'open', { ...key, ...rules, pending, challenge: 'new' }, 2],
  ['a cancelled mail', 'cancel', { ...key, refund: 'whole', spacingMs: 0 }, 2],
  ['an erased address', 'forget', key, 3],
] as const

describeWithSqlite('a process with SqliteStore that is killed (SIGKILL)', (driver) => {
  async function setUp() {
    const made = await emptyStore(driver())
    onTestFinished(made.close)
    /** Starts a process on the same file. It may die in the middle of a call. */
    const start = async (dieAt?: number) => {
      const child = startProcess()
      onTestFinished(() => void (hasEnded(child) || child.kill('SIGKILL')))
      const where = { file: made.file, driver: driver().name, dieAt }
      await connect(child, { connect: 'sqlite', where })
      return child
    }
    return { ...made, start, ...verbs({ store: made.store, advance: () => {} }) }
  }

  test.each(CALLS)(
    'in the middle of %s leaves nothing of it behind',
    async (_, verb, request, changes) => {
      for (let dieAt = 1; dieAt <= changes + 1; dieAt += 1) {
        const { database, start, open } = await setUp()
        await open('first')
        await open('second')
        const before = rowsOf(database)
        const child = await start(dieAt)
        const ended = once(child, 'exit')
        const answered = answerOf(child).then(
          () => true,
          () => false,
        )
        child.send({ verb, requests: [request] })
        if (dieAt <= changes) {
          expect(await ended).toEqual([null, 'SIGKILL'])
          expect(rowsOf(database), `after change ${dieAt}`).toEqual(before)
        } else {
          // It has no more changes to die at.
          expect(await answered).toBe(true)
          expect(rowsOf(database)).not.toEqual(before)
        }
      }
    },
  )

  test('lets other processes go on at once, and the code is still good', async () => {
    const { open, guess, verify, start } = await setUp()
    await open('first')
    const child = await start(4)
    const ended = once(child, 'exit')
    child.send({ verb: 'attempt', requests: [{ ...wrong, matched: true }] })
    await ended
    expect(await guess('first')).toEqual({ outcome: 'wrong', attemptsLeft: 4, failures: 1 })
    expect(await verify('first')).toEqual({ outcome: 'accepted', failures: 1 })
  })

  test('has counted every guess that it has answered', async () => {
    const { open, failures, start } = await setUp()
    await open('first', { attempts: 1e6 })
    let answered = 0
    for (let round = 1; round <= 5; round += 1) {
      const child = await start()
      const ended = once(child, 'exit')
      let left = 7 * round
      await new Promise<void>((resolve) => {
        child.on('message', (outcomes: string[]) => {
          answered += outcomes.length
          left -= 1
          if (left === 0) {
            child.kill('SIGKILL')
            resolve()
          } else if (left > 0) child.send({ verb: 'attempt', requests: [wrong] })
        })
        for (let i = 0; i < 4; i += 1) child.send({ verb: 'attempt', requests: [wrong] })
      })
      await ended
    }
    // Each process may have counted guesses whose answers it could not send any more.
    const counted = await failures()
    expect(counted).toBeGreaterThanOrEqual(answered)
    expect(counted).toBeLessThanOrEqual(answered + 5 * 5)
    expect(answered).toBeGreaterThan(100)
  })
})
