import crypto from 'node:crypto'
import { syncBuiltinESMExports } from 'node:module'
import { type MockInstance, onTestFinished, vi } from 'vitest'

/** Watches a function of `node:crypto` until the test ends. The package's own imports call the watched one. */
export function watchCrypto<Name extends 'createDecipheriv' | 'createHmac' | 'timingSafeEqual'>(
  name: Name,
): MockInstance<(typeof crypto)[Name]> {
  const spy = vi.spyOn(crypto, name)
  // ES modules see a change of a built-in module only after this.
  syncBuiltinESMExports()
  onTestFinished(() => {
    spy.mockRestore()
    syncBuiltinESMExports()
  })
  return spy as unknown as MockInstance<(typeof crypto)[Name]>
}
