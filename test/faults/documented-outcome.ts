import { expect } from 'vitest'
import { bare, Document } from '../helpers/documents.js'
import { until } from '../helpers/until.js'
import { wrongCode } from '../helpers/wrong-code.js'

const PAGE = new Document('docs/operations/when-servers-fail.md')

/** On a loaded machine everything takes longer than on the one whose measurements the page has. */
const SLOWER = 3
const SLACK_SECONDS = 1.5
/** The default of `storeTimeoutSeconds`. */
const STORE_LIMIT_SECONDS = 2

/** The rows that tests have asked for. */
const tested = new Set<string>()

/** Expects that the tests so far have covered every row of a section. */
export function expectEveryRowTested(section: string): void {
  const rows = PAGE.table(section).map((row) => row['what happens'] ?? '')
  expect(rows.filter((row) => !tested.has(row))).toEqual([])
}

/** What the page says of one fault. */
function documented(section: string, fault: string) {
  tested.add(fault)
  const row = PAGE.table(section).find((row) => row['what happens'] === fault)
  if (row === undefined) throw new Error(`The page has no row "${fault}" under "${section}"`)
  return {
    answer: bare(row.answer),
    reads: row['a user reads'] ?? '',
    counted: row.counted ?? '',
    seconds: Number(row['works again after (seconds)']),
  }
}

interface Visitor {
  enterCode(code: string): PromiseLike<{ readonly status: number; readonly body: Body }>
}

interface Body {
  readonly reason?: string
  readonly code?: string
}

interface Scenario {
  readonly section: string
  readonly fault: string
  readonly visitor: Visitor
  /** The code that the visitor was sent. Nothing was guessed yet. */
  readonly code: string
  readonly break: () => unknown
  readonly repair?: () => unknown
}

/**
 * Breaks a server, enters wrong codes until one is judged, and compares all of it with the page. Returns how many
 * requests failed after the repair.
 */
export async function expectDocumented(scenario: Scenario): Promise<number> {
  const { section, fault, visitor, code } = scenario
  const { answer, counted, seconds } = documented(section, fault)
  const enter = () => visitor.enterCode(wrongCode(code))
  await scenario.break()
  const asked = performance.now()
  const first = await enter()
  expect(performance.now() - asked).toBeLessThan(STORE_LIMIT_SECONDS * SLOWER * 1000)
  expect(first.body.reason ?? first.body.code).toBe(answer)
  if (answer === 'store_failed') expect(first.status).toBe(503)

  await scenario.repair?.()
  const begun = performance.now()
  let failed = 0
  let last = first
  await until(async () => {
    last = await enter()
    if (last.status === 503) failed += 1
    return last.status !== 503
  }, 50)
  const took = (performance.now() - begun) / 1000
  // The first guess, and the one that was judged last.
  const guesses = { nothing: 1, once: 2, 'once, late': 2 }[counted] ?? Number.NaN
  expect(last.body).toMatchObject({ reason: 'invalid_code', attemptsLeft: 5 - guesses })
  expect(took).toBeLessThan(seconds * SLOWER + SLACK_SECONDS)
  if (seconds === 0) expect(failed).toBeLessThanOrEqual(1)
  expect((await visitor.enterCode(code)).status).toBe(200)
  expect((await visitor.enterCode(code)).body).toMatchObject({ reason: 'no_pending_code' })
  return failed
}

interface Loss extends Omit<Scenario, 'repair'> {
  readonly nextCode: () => Promise<string>
  /** Reads the failures of the address from the server. */
  readonly failures?: () => Promise<number>
}

/** Expects that a code is gone, as the page says, and that the next one works at once. */
export async function expectDocumentedLoss(scenario: Loss): Promise<void> {
  const { section, fault, visitor, code, nextCode, failures } = scenario
  const { answer, reads, counted } = documented(section, fault)
  await visitor.enterCode(wrongCode(code))
  expect(await failures?.()).toBe(failures && 1)
  await scenario.break()
  expect((await visitor.enterCode(code)).body).toMatchObject({ reason: answer, message: reads })
  expect(await failures?.()).toBe(failures && { forgotten: 0, kept: 1 }[counted])
  expect((await visitor.enterCode(await nextCode())).status).toBe(200)
}
