import { expect } from 'vitest'

export const LIMIT_MS = 1000

/** Expects the answer of a failed store, shortly after the time limit at the latest. */
export async function expectStoreFailed(
  request: PromiseLike<{ status: number; body: unknown }>,
  limitMs = LIMIT_MS,
): Promise<void> {
  const begun = performance.now()
  const { status, body } = await request
  expect(performance.now() - begun).toBeLessThan(limitMs + LIMIT_MS)
  expect({ status, body }).toMatchObject({ status: 503, body: { code: 'store_failed' } })
}
