import { expect, test } from 'vitest'
import { MemoryStore } from '../../src/stores/memory.js'
import { expectRejected } from '../helpers/rejects-option.js'

test('uses the defaults without options, with empty ones and with undefined values', () => {
  expect(() => new MemoryStore()).not.toThrow()
  expect(() => new MemoryStore({})).not.toThrow()
  expect(() => new MemoryStore({ maxChallenges: undefined })).not.toThrow()
})

test('accepts both ends of the range', () => {
  expect(() => new MemoryStore({ maxChallenges: 1_000, maxAddresses: 10_000_000 })).not.toThrow()
})

test.each(['maxChallenges', 'maxAddresses'])(
  'rejects a value of %s that is not a whole number in its range',
  (name) => {
    for (const value of [999, 10_000_001, 1_000.5, Number.NaN, Infinity, '5000', null, {}, -1]) {
      const make = () => new MemoryStore({ [name]: value } as never)
      expectRejected(make, name, 1000, 10_000_000)
    }
  },
)

test('rejects an unknown option, and suggests the known name', () => {
  const make = () => new MemoryStore({ maxAdresses: 5_000 } as never)
  expectRejected(make, 'maxAdresses', '"maxAddresses"')
})

test('rejects options that are not an object', () => {
  expect(() => new MemoryStore(5_000 as never)).toThrow(TypeError)
  expect(() => new MemoryStore(null as never)).toThrow(TypeError)
})

test('keeps a hundred thousand challenges and addresses by default', async () => {
  const store = new MemoryStore()
  const budget = { key: 'name/stranger', burst: 5, refillMs: 1_000 }
  const rules = { ttlMs: 60_000, keepMs: 0, attempts: 5, spacingMs: 0, budget }
  for (let i = 0; i < 100_001; i += 1) {
    await store.open({
      address: `${i}`,
      challenge: `${i}`,
      ...rules,
      budget: { ...budget, refillMs: 60_000 },
    })
  }
  expect(store.size).toEqual({ challenges: 100_000, addresses: 100_000 })
})
