import { EventEmitter } from 'node:events'
import fc from 'fast-check'
import type { Strategy } from 'passport-email-otp'
import type { Call } from '../helpers/watch-store.js'

/** A value of any type, as sessions and parsers of all kinds may give. */
export const anything = fc.anything({
  ...{ withBigInt: true, withDate: true, withMap: true, withSet: true, withNullPrototype: true },
  ...{ withObjectString: true, withSparseArray: true, withTypedArray: true, maxDepth: 2 },
})

/** An object of which some values are exchanged for anything else. */
export function spoilt(good: object): fc.Arbitrary<Record<string, unknown>> {
  const changes = fc.dictionary(fc.constantFrom(...Object.keys(good), '__proto__', 'x'), anything, {
    maxKeys: 2,
  })
  return changes.map((changed) => ({ ...good, ...changed }))
}

/** A text cut, prolonged, or with some of its characters exchanged. */
export function garbled(text: string): fc.Arbitrary<string> {
  return fc.oneof(
    fc.nat(text.length).map((end) => text.slice(0, end)),
    fc.string({ minLength: 1, maxLength: 9 }).map((more) => text + more),
    fc
      .tuple(fc.nat(text.length - 1), fc.string({ unit: 'binary', minLength: 1, maxLength: 2 }))
      .filter(([at, other]) => text.slice(at, at + other.length) !== other)
      .map(([at, other]) => text.slice(0, at) + other + text.slice(at + other.length)),
  )
}

/** Runs the strategy as Passport does, on a copy with the actions, and gives all that it called. */
export async function actionsOf(
  emailOtp: Strategy,
  req: object,
  options: object = {},
): Promise<[name: string, value: { code?: string; reason?: string }][]> {
  const called: [string, object][] = []
  await new Promise<void>((resolve) => {
    const names = ['success', 'fail', 'redirect', 'error', 'pass']
    const action = (name: string) => (value: object) => {
      called.push([name, value])
      resolve()
    }
    const acting = Object.assign(
      Object.create(emailOtp),
      Object.fromEntries(names.map((name) => [name, action(name)])),
    )
    acting.authenticate(req, options)
  })
  await aTurnLater()
  return called
}

/** Whatever comes a second time comes by now. */
export function aTurnLater(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

interface Ended {
  readonly how: 'answered' | 'passed on'
  readonly status?: number
  readonly body?: unknown
  readonly error?: unknown
}

/** Runs a middleware, and gives all the ways in which it ended. */
export async function endsOf(
  middleware: (req: never, res: never, next: (error?: unknown) => void) => unknown,
  req: object,
): Promise<Ended[]> {
  const ends: Ended[] = []
  await new Promise<void>((resolve) => {
    const end = (one: Ended) => {
      ends.push(one)
      resolve()
    }
    const res = Object.assign(new EventEmitter(), {
      statusCode: 200,
      setHeader: () => {},
      getHeader: () => undefined,
      writeHead(status: number) {
        this.statusCode = status
        return this
      },
      end(body?: string) {
        end({ how: 'answered', status: this.statusCode, body: body && JSON.parse(body) })
      },
    })
    const next = (error?: unknown) => end({ how: 'passed on', error })
    middleware(Object.assign(req, { res }) as never, res as never, next)
  })
  await aTurnLater()
  return ends
}

export const outcomesOf = (calls: readonly Call[]) =>
  calls.map(({ result }) => (result as { outcome?: string } | undefined)?.outcome)
