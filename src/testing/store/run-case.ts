import { AssertionError } from 'node:assert/strict'
import { checks } from './checks.js'
import type { Means, StoreCase } from './store-case.js'
import { type MakeStore, MISSING, type StoreNeed, type StoreUnderTest } from './store-under-test.js'
import { skipRunning } from './test-runner.js'
import { HOUR, verbs } from './verbs.js'

/** Runs a case on an empty store, or has it skipped where the store lacks what the case needs. */
export async function runCase(
  { name, why, needs, run }: StoreCase,
  makeStore: MakeStore,
  context: unknown,
): Promise<void> {
  const made = await makeStore()
  try {
    const lacking = await firstLacking(needs, made)
    if (lacking !== undefined) return skipOrFail(lacking, context)
    const ownVerbs = verbs(made.store)
    const clockRuns = made.advance === undefined
    const given = { ...ownVerbs, ...checks(ownVerbs, clockRuns), ...meansOf(made) }
    await run(given).catch((err: unknown) => {
      throw explained(err, `${name}.\n${why}`)
    })
  } finally {
    await made.close?.()
  }
}

async function firstLacking(
  needs: readonly StoreNeed[],
  made: StoreUnderTest,
): Promise<StoreNeed | undefined> {
  for (const need of needs) if (!(await has(need, made))) return need
  return undefined
}

async function has(need: StoreNeed, { store, advance, evict }: StoreUnderTest): Promise<boolean> {
  if (need === 'advance') return advance !== undefined
  if (need === 'evict') return evict !== undefined
  if (need === 'forget') return typeof store.forget === 'function'
  // A store that is moved by moving this process's `Date` has no other clock.
  const before = Date.now()
  await advance?.(HOUR)
  return Date.now() - before < HOUR / 2
}

function skipOrFail(lacking: StoreNeed, context: unknown): void {
  if (skipRunning(context, MISSING[lacking])) return
  throw new Error(
    `This test can't be run: ${MISSING[lacking]}. If that is meant to be so, have it skipped: ` +
      `testStore(makeStore, { without: ['${lacking}'] })`,
  )
}

function meansOf({ store, advance, evict }: StoreUnderTest): Means {
  return {
    advance: async (ms) => advance?.(ms),
    evict: async () => evict?.(),
    forget: async (address = 'alice') => store.forget?.({ address }),
  }
}

/** What went wrong, with the reason before it: for runners that show a message, and for those that show a stack. */
function explained(err: unknown, reason: string): Error {
  if (!(err instanceof AssertionError)) {
    return new Error(`${reason}\n\nThe store threw: ${err}`, { cause: err })
  }
  const found = err.message
  const { stack } = err
  err.message = `${reason}\n\n${found}`
  // Or jest writes a message of its own in the place of this one.
  err.generatedMessage = false
  err.stack = stack?.replace(found, () => err.message) ?? err.message
  return err
}
