import { expect } from 'vitest'
import { numbersIn } from './documents.js'

/** Expects a message to have these values in it: a number by itself, words and code as they are written. */
export function expectNamed(message: string, ...values: readonly (string | number)[]): void {
  for (const value of values) {
    if (typeof value === 'number') expect(numbersIn(message)).toContain(String(value))
    else expect(message).toContain(value)
  }
}

/**
 * Expects a TypeError that names the option and these values: its limits, what was given, or the right name. How its
 * sentence reads is not a matter of tests.
 */
export function expectRejected(
  call: () => unknown,
  option: string,
  ...values: readonly (string | number)[]
): void {
  expect(call).toThrow(TypeError)
  expectNamed(messageOf(call), `"${option}"`, ...values)
}

/** Expects a promise to reject with a TypeError that has these values in its message. */
export async function expectRejection(
  promise: Promise<unknown>,
  ...values: readonly (string | number)[]
): Promise<void> {
  await expect(promise).rejects.toThrow(TypeError)
  expectNamed(String(await promise.catch(({ message }: Error) => message)), ...values)
}

/** The message of what a promise rejects with. */
export async function rejectionOf(promise: Promise<unknown>): Promise<string> {
  const err = await promise.then(
    () => undefined,
    (err: unknown) => err,
  )
  expect(err).toBeInstanceOf(Error)
  return (err as Error).message
}

/** The message of what the call throws. */
export function messageOf(call: () => unknown): string {
  try {
    call()
  } catch (err) {
    return (err as Error).message
  }
  throw new Error('the call should have thrown')
}
