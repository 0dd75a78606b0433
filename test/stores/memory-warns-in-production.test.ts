import { afterEach, beforeEach, expect, test, vi } from 'vitest'

beforeEach(() => vi.resetModules())
afterEach(() => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
})

async function storesMade(count: number, environment: string | undefined) {
  vi.stubEnv('NODE_ENV', environment)
  const emitWarning = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
  const { MemoryStore } = await import('../../src/stores/memory.js')
  for (let i = 0; i < count; i += 1) new MemoryStore()
  return emitWarning.mock.calls
}

test('warns once per process in production, and says what to do', async () => {
  const calls = await storesMade(3, 'production')
  expect(calls).toHaveLength(1)
  expect(calls[0]?.[0]).toContain('`store`')
  expect(calls[0]?.[1]).toEqual({ code: 'EMAIL_OTP_MEMORY_STORE' })
})

test.each([undefined, 'development', 'test'])('does not warn under NODE_ENV %s', async (name) => {
  expect(await storesMade(2, name)).toEqual([])
})
