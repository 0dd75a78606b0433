import {
  type AttemptRequest,
  type AttemptResult,
  type CancelRequest,
  type ChallengeStore,
  MemoryStore,
  type OpenRequest,
  type OpenResult,
} from 'passport-email-otp'
import { vi } from 'vitest'

export type Call =
  | { readonly verb: 'open'; readonly request: OpenRequest; result?: unknown }
  | { readonly verb: 'attempt'; readonly request: AttemptRequest; result?: unknown }
  | { readonly verb: 'cancel'; readonly request: CancelRequest; result?: unknown }

/** Records the calls of a store and their results. */
export function watch(store: ChallengeStore): { store: ChallengeStore; calls: Call[] } {
  const calls: Call[] = []
  const note = <R>(call: Call, result: Promise<R>): Promise<R> => {
    calls.push(call)
    if (result instanceof Promise) {
      result.then(
        (value) => {
          call.result = value
        },
        () => {},
      )
    }
    return result
  }
  return {
    calls,
    store: {
      open: (r) => note({ verb: 'open', request: r }, store.open(r)),
      attempt: (r) => note({ verb: 'attempt', request: r }, store.attempt(r)),
      cancel: (r) => note({ verb: 'cancel', request: r }, store.cancel(r)),
      ...(store.forget && { forget: store.forget.bind(store) }),
      ...(store.check && { check: store.check.bind(store) }),
    },
  }
}

/** A store, a memory store unless one is given, in which some verbs are replaced; `real` is the store behind it. */
export function faultyStore<S extends ChallengeStore = MemoryStore>(
  faults: (real: S) => {
    open?: (request: OpenRequest) => unknown
    attempt?: (request: AttemptRequest) => unknown
    cancel?: (request: CancelRequest) => unknown
  },
  real = new MemoryStore() as ChallengeStore as S,
): ChallengeStore {
  const replaced = faults(real)
  return {
    open: (r) => (replaced.open ? replaced.open(r) : real.open(r)) as Promise<OpenResult>,
    attempt: (r) =>
      (replaced.attempt ? replaced.attempt(r) : real.attempt(r)) as Promise<AttemptResult>,
    cancel: (r) => (replaced.cancel ? replaced.cancel(r) : real.cancel(r)) as Promise<void>,
  }
}

/** A memory store with a separate clock, as a database has: it reads the time before its methods return. */
export function storeOnClock(clock: () => number): ChallengeStore {
  const atItsTime = <Result>(call: () => Result): Result => {
    const now = Date.now()
    vi.setSystemTime(clock())
    try {
      return call()
    } finally {
      vi.setSystemTime(now)
    }
  }
  return faultyStore((real) => ({
    open: (request) => atItsTime(() => real.open(request)),
    attempt: (request) => atItsTime(() => real.attempt(request)),
    cancel: (request) => atItsTime(() => real.cancel(request)),
  }))
}

/** A store that a test exchanges for another one, as a restart or an operator does. */
export function exchangeable(first: ChallengeStore) {
  let current = first
  const store: ChallengeStore = {
    open: (request) => current.open(request),
    attempt: (request) => current.attempt(request),
    cancel: (request) => current.cancel(request),
  }
  const moveTo = (next: ChallengeStore) => {
    current = next
  }
  return { store, moveTo }
}
