import { expect } from 'vitest'

/** Expects a TypeError that names the option. How its sentence reads is not a matter of tests. */
export function expectRejected(call: () => unknown, option: string): void {
  expect(call).toThrow(TypeError)
  expect(call).toThrow(`"${option}"`)
}
