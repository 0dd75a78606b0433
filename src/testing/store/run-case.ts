import { AssertionError } from 'node:assert/strict'
import { describe } from '../../util/describe.js'
import { checks } from './checks.js'
import type { StoreCase, StoreControls } from './store-case.js'
import {
  type MakeStore,
  SKIP_REASONS,
  type StoreNeed,
  type StoreUnderTest,
} from './store-under-test.js'
import { skipRunning } from './test-runner.js'
import { HOUR, verbs } from './verbs.js'

/** Runs a case on an empty store. Skips it where the store lacks what the case needs. */
export async function runCase(
  { name, why, needs, run }: StoreCase,
  makeStore: MakeStore,
  context: unknown,
): Promise<void> {
  const made = await makeStore()
  checkMade(made)
  try {
    const unmet = await findUnmetNeed(needs, made)
    if (unmet !== undefined) return skipOrFail(unmet, context)
    const storeVerbs = verbs(made.store)
    const clockRuns = made.advance === undefined
    const tools = { ...storeVerbs, ...checks(storeVerbs, clockRuns), ...controlsOf(made) }
    await run(tools).catch((err: unknown) => {
      throw addReason(err, `${name}.\n${why}`)
    })
  } finally {
    await made.close?.()
  }
}

/** Without this, each case would call the store wrong. */
function checkMade(made: unknown): void {
  const { store } = (made ?? {}) as { store?: { open?: unknown } | null }
  if (typeof store?.open === 'function') return
  throw new TypeError(
    `testStore: makeStore must return { store }, and store must have the methods of a ChallengeStore; got ${describe(made)}`,
  )
}

async function findUnmetNeed(
  needs: readonly StoreNeed[],
  made: StoreUnderTest,
): Promise<StoreNeed | undefined> {
  for (const need of needs) if (!(await isMet(need, made))) return need
  return undefined
}

async function isMet(need: StoreNeed, made: StoreUnderTest): Promise<boolean> {
  const { store, advance } = made
  if (need === 'forget') return typeof store.forget === 'function'
  if (need !== 'ownClock') return made[need] !== undefined
  // Where `advance` moves the `Date` of this process, the store has no other clock.
  const before = Date.now()
  await advance?.(HOUR)
  return Date.now() - before < HOUR / 2
}

function skipOrFail(unmet: StoreNeed, context: unknown): void {
  if (skipRunning(context, SKIP_REASONS[unmet])) return
  throw new Error(
    `This test cannot run: ${SKIP_REASONS[unmet]}. If that is intended, have it skipped: ` +
      `testStore(makeStore, { without: ['${unmet}'] })`,
  )
}

function controlsOf({ store, advance, evict, failWrites }: StoreUnderTest): StoreControls {
  return {
    advance: async (ms) => advance?.(ms),
    evict: async () => evict?.(),
    failWrites: async () => failWrites?.(),
    forget: async (address = 'alice') => store.forget?.({ address }),
  }
}

/** Puts the reason before the error's message and into its stack, because a runner shows one of the two. */
function addReason(err: unknown, reason: string): Error {
  if (!(err instanceof AssertionError)) {
    return new Error(`${reason}\n\nThe store threw: ${err}`, { cause: err })
  }
  const found = err.message
  const { stack } = err
  err.message = `${reason}\n\n${found}`
  // Otherwise jest replaces this message by one that it generates.
  err.generatedMessage = false
  err.stack = stack?.replace(found, () => err.message) ?? err.message
  return err
}
