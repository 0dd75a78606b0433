import { describe, expect, test } from 'vitest'
import { FAULTS, type Fault } from './faults.js'
import { NaiveStore } from './naive-store.js'
import { runSuite } from './run-suite.js'

/** A store on a clock of its own, which the suite moves. */
function naive(fault?: Fault) {
  let now = Date.UTC(2030, 0)
  const store = new NaiveStore(() => now, fault)
  const advance = (ms: number) => {
    now += ms
  }
  return { store, advance, evict: () => store.evict() }
}

const faults = Object.keys(FAULTS) as Fault[]

test('a store without fault passes all of the suite, and nothing of it is skipped', async () => {
  const { passed, skipped, failed } = await runSuite(() => naive())
  expect(Object.fromEntries(failed)).toEqual({})
  expect(skipped).toEqual([])
  expect(new Set(passed).size).toBe(passed.length - 1) // one name stands in two groups
})

describe('a store fails that', () => {
  test.each(faults)('%s', async (fault) => {
    const { failed } = await runSuite(() => naive(fault))
    const error = failed.get(FAULTS[fault])
    expect(error, [...failed.keys()].join('\n')).toBeInstanceOf(Error)
    // What should be, why it matters, and what was found.
    const [name, why, , ...found] = error?.message.split('\n') ?? []
    expect(name).toBe(`${FAULTS[fault]}.`)
    expect(why).toMatch(/^[A-Z"].{30,}[.]$/)
    expect(found.join('')).not.toBe('')
    expect(error?.stack).toContain(why)
  })
})

test('each test of the suite fails for one of these stores at least', async () => {
  const { passed } = await runSuite(() => naive())
  const never = new Set(passed)
  for (const fault of faults) {
    const { failed } = await runSuite(() => naive(fault))
    for (const name of failed.keys()) never.delete(name)
  }
  expect([...never]).toEqual([])
})
