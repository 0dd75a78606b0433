import { expect, test } from 'vitest'
import { DAY, STRANGER, verbs } from './contract/verbs.js'
import { everyStore } from './list.js'
import { useProcesses } from './processes.js'

const connectProcesses = useProcesses(3)
const times = <T>(count: number, make: (i: number) => T): T[] =>
  Array.from({ length: count }, (_, i) => make(i))

const guess = (challenge: string, matched: boolean) => ({
  ...{ address: 'alice', challenge, matched, budget: STRANGER },
  ...{ failuresBelow: 50, failuresWindowMs: 30 * DAY },
})
const request = (challenge: string, pending?: { challenge: string; failuresBelow: number }) => ({
  ...{ address: 'alice', challenge, pending, ttlMs: 600_000, keepMs: 120_000 },
  ...{ attempts: 5, spacingMs: 30_000, budget: STRANGER },
})

everyStore((running, { isOfOneProcess = false }) => {
  if (isOfOneProcess) return test.skip('belongs to one process')

  /** An empty store, its verbs, and processes with connections to it. */
  async function inProcesses() {
    const { shared } = running()
    if (shared === undefined) throw new Error('no other process can open this store')
    const where = await shared()
    const processes = await connectProcesses(where)
    return { ...processes, ...verbs({ store: where.store, advance: () => {} }) }
  }

  test('evaluates exactly five of 200 concurrent wrong guesses of three processes', async () => {
    const { open, verify, failures, atOnce } = await inProcesses()
    await open('first')
    const guesses = times(200, () => guess('first', false))
    expect(await atOnce('attempt', guesses)).toEqual({ wrong: 5, spent: 195 })
    expect(await verify('first')).toEqual({ outcome: 'spent' })
    expect(await failures()).toBe(5)
  })

  test('accepts one of 60 concurrent right codes of three processes', async () => {
    const { open, atOnce } = await inProcesses()
    await open('first')
    const guesses = times(60, () => guess('first', true))
    expect(await atOnce('attempt', guesses)).toEqual({ accepted: 1, unknown: 59 })
  })

  test('accepts the right code once among concurrent wrong guesses of three processes', async () => {
    const { open, failures, atOnce } = await inProcesses()
    await open('first')
    const guesses = times(5, (i) => guess('first', i === 2))
    const { accepted, wrong = 0, unknown = 0, ...others } = await atOnce('attempt', guesses)
    expect({ accepted, others }).toEqual({ accepted: 1, others: {} })
    expect(wrong + unknown).toBe(4)
    expect(await failures()).toBe(wrong)
  })

  test('allows five of 20 concurrent first requests of three processes', async () => {
    const { atOnce } = await inProcesses()
    const requests = times(20, (i) => request(`${i}`))
    expect(await atOnce('open', requests)).toEqual({ opened: 5, limited: 15 })
  })

  test('reopens once for 60 concurrent requests of three processes to send a code again', async () => {
    const { open, resend, cancel, atOnce } = await inProcesses()
    await open('first')
    await resend('first', 'new', { spacingMs: 0 })
    await cancel('first') // clears the spacing
    const pending = { challenge: 'first', failuresBelow: 5 }
    const requests = times(60, (i) => request(`${i}`, pending))
    expect(await atOnce('open', requests)).toEqual({ reopened: 1, waiting: 59 })
  })

  test('replaces a stale code free of charge once for 60 concurrent requests of three processes', async () => {
    const { open, addFailures, atOnce } = await inProcesses()
    for (let i = 0; i < 5; i += 1) await open(`${i}`)
    await addFailures(5)
    const pending = { challenge: '0', failuresBelow: 5 }
    const requests = times(60, (i) => request(`new ${i}`, pending))
    expect(await atOnce('open', requests)).toEqual({ opened: 1, limited: 59 })
  })
})
