import { beforeAll, describe, expect, test } from 'vitest'
import { FAULTS, type Fault } from './faults.js'
import { NaiveStore } from './naive-store.js'
import { runSuite } from './run-suite.js'

/** A store with its own clock, which the suite moves. */
function naiveStore(fault?: Fault) {
  let now = Date.UTC(2030, 0)
  const store = new NaiveStore(() => now, fault)
  const advance = (ms: number) => {
    now += ms
  }
  return { store, advance, evict: () => store.evict(), failWrites: () => store.failWrites() }
}

const faults = Object.keys(FAULTS) as Fault[]
/** The errors of the suite on the store of each fault, by the names of the cases. */
const failedWith = new Map<Fault, Map<string, Error>>()

beforeAll(async () => {
  for (const fault of faults) {
    failedWith.set(fault, (await runSuite(() => naiveStore(fault))).failed)
  }
})

test('passes a store without a fault, and skips none of its cases', async () => {
  const { passed, skipped, failed } = await runSuite(() => naiveStore())
  expect(Object.fromEntries(failed)).toEqual({})
  expect(skipped).toEqual([])
  expect(new Set(passed).size).toBe(passed.length - 1) // two groups have a case of the same name
})

describe('fails the named case for a store that', () => {
  test.each(faults)('%s', (fault) => {
    const failed = failedWith.get(fault)
    const error = failed?.get(FAULTS[fault])
    expect(error, [...(failed?.keys() ?? [])].join('\n')).toBeInstanceOf(Error)
    // The case, why it matters, and what was found.
    const [name, why, , ...found] = error?.message.split('\n') ?? []
    expect(name).toBe(`${FAULTS[fault]}.`)
    expect(why).toMatch(/^[A-Z"].{30,}[.]$/)
    expect(found.join('')).not.toBe('')
    expect(error?.stack).toContain(why)
  })
})

test('fails each case of the suite for at least one of these stores', async () => {
  const { passed } = await runSuite(() => naiveStore())
  const never = new Set(passed)
  for (const failed of failedWith.values()) {
    for (const name of failed.keys()) never.delete(name)
  }
  expect([...never]).toEqual([])
})
