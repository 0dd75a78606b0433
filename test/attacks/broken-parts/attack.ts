import { expect } from 'vitest'
import { MINUTE } from '../../helpers/clock.js'
import { until } from '../../helpers/until.js'
import type { Phase, Scenario } from './part.js'
import { type Answer, type Visitor, visitorsOf } from './visitors.js'

/** What an attack has found. */
export interface Report {
  readonly name: string
  readonly guesses: number
  /** Wrong guesses that were answered with `invalid_code`. */
  readonly judged: number
  /** Failures that the store knows after the repair. */
  readonly counted: number
  /** Whether a right code was accepted, in each phase. */
  readonly accepted: string
  /** How often the wrong guesses were answered with what. */
  readonly wrong: Readonly<Record<string, number>>
}

/** Wrong guesses that a challenge allows. */
const ATTEMPTS = 5

/** Attacks an application while one part is broken, and after each change of that part. */
export async function attack(scenario: Scenario, guesses: number): Promise<Report> {
  const { part, visitor, counted } = await visitorsOf(scenario)
  const named = (n: number, name: string) => visitor(`${name}${n}@example.com`)
  // Each phase has visitors of its own. They requested their codes before anything was broken.
  const casts = part.phases.map((_, n) => ({
    eve: named(n, 'eve'),
    ada: named(n, 'ada'),
    bob: named(n, 'bob'),
  }))
  const all = casts.flatMap((cast) => Object.values(cast))
  for (const [n, cast] of casts.entries()) {
    for (const each of Object.values(cast)) {
      const requests = part.phases[n]?.requests
      // A request that hangs has not brought a cookie yet, so the attacker needs one from before.
      if (requests === 'hang') await each.begin()
      else if (requests === undefined) expect(await each.ask()).toBe(202)
    }
  }

  const asked: Promise<number>[] = []
  const judged = new Map<Visitor, number>(all.map((each) => [each, 0]))
  const wrongs: Answer[] = []
  const accepted: string[] = []
  for (const [n, phase] of part.phases.entries()) {
    const { eve, ada, bob } = casts[n] as (typeof casts)[number]
    await phase.enter()
    if (phase.requests) asked.push(...(await requestCodes([eve, ada, bob], phase.requests)))
    const found = await attackPhase(phase, eve, ada, bob, guesses)
    if (!phase.requests) found.set(eve, [...(found.get(eve) ?? []), ...(await again(eve))])
    for (const [each, answers] of found) {
      const wrong = answers.filter(({ isRight }) => !isRight)
      const before = judged.get(each) ?? 0
      judged.set(each, before + wrong.filter(({ said }) => said === 'invalid_code').length)
      wrongs.push(...wrong)
    }
    const isAccepted = [...found.values()].flat().some(({ said }) => said === 'signed in')
    accepted.push(isAccepted ? 'yes' : 'no')
    // Also the guesses of a search that were answered with an error.
    if (isAccepted && phase.wrong)
      expect(judged.get(eve), phase.name).toBeGreaterThanOrEqual(ATTEMPTS)
  }
  await part.repair()
  await Promise.all(asked)

  let sum = 0
  for (const [each, times] of judged) {
    const failures = await counted(each.email)
    expect(failures, `${each.email}: ${times} guesses were judged`).toBeGreaterThanOrEqual(times)
    sum += failures
  }
  await expectWorking(visitor('new@example.com'), 1)
  // One more failure could make the code of this address too short.
  const first = visitor('eve0@example.com')
  if (part.phases.some(({ isRefused }) => isRefused)) expect(await first.ask()).toBe(429)
  else await expectWorking(first, 0)
  const tally: Record<string, number> = {}
  for (const { said } of wrongs) tally[said] = (tally[said] ?? 0) + 1
  return {
    name: scenario.name,
    guesses: wrongs.length,
    judged: tally.invalid_code ?? 0,
    counted: sum,
    accepted: accepted.join(', '),
    wrong: tally,
  }

  /** Requests a code with a new session, as an attacker who has no attempt left, and guesses on. */
  async function again({ email }: Visitor): Promise<Answer[]> {
    const attacker = visitor(email)
    const isSent = (await attacker.ask()) === 202
    const answers = isSent ? await attacker.guess(guesses) : []
    expect(await attacker.isSignedIn()).toBe(false)
    return answers
  }
}

/** Starts requests for codes, and returns them once all are answered, or once all codes are made if they hang. */
async function requestCodes(
  visitors: readonly Visitor[],
  how: 'hang' | 'end',
): Promise<Promise<number>[]> {
  const requests = visitors.map((each) => each.ask())
  if (how === 'end') await Promise.all(requests)
  else await until(() => visitors.every((each) => each.hasCode()))
  return requests
}

/**
 * Enters codes in two volleys of simultaneous requests: many wrong ones beside a right one, then the right codes
 * after the wrong ones.
 */
async function attackPhase(
  phase: Phase,
  eve: Visitor,
  ada: Visitor,
  bob: Visitor,
  guesses: number,
): Promise<Map<Visitor, Answer[]>> {
  const [search, [right], [wrong]] = await Promise.all([
    eve.guess(guesses),
    Promise.all(ada.hasCode() ? [ada.enterRight()] : []),
    bob.guess(1),
  ])
  if (phase.wrong) {
    const said = { wrong: wrong?.said, right: right?.said ?? phase.right }
    expect(said, phase.name).toEqual({ wrong: phase.wrong, right: phase.right })
    expectNoSearch([...search, right, wrong].filter(isGiven), phase.name)
  }
  expect(await eve.isSignedIn(), `${phase.name}: without the code`).toBe(false)
  expect(await bob.isSignedIn(), `${phase.name}: without the code`).toBe(false)

  const [more, [found, corrected, repeated]] = await Promise.all([
    eve.guess(1),
    Promise.all(ada.hasCode() ? [eve.enterRight(), bob.enterRight(), ada.enterRight()] : []),
  ])
  expectNoSearch([...more, found, corrected].filter(isGiven), phase.name)
  // Five guesses were counted, or none was judged. A code signs in once.
  expect(found?.said, `${phase.name}: after ${guesses} wrong guesses`).not.toBe('signed in')
  if (right?.said === 'signed in') expect(repeated?.said).not.toBe('signed in')
  if (right?.said !== 'signed in' && corrected?.said !== 'signed in') {
    for (const each of [eve, ada, bob]) expect(await each.isSignedIn(), phase.name).toBe(false)
  }
  return new Map([
    [eve, [...search, ...more, ...(found ? [found] : [])]],
    [ada, [right, repeated].filter(isGiven)],
    [bob, [wrong, corrected].filter(isGiven)],
  ])
}

const isGiven = (answer: Answer | undefined): answer is Answer => answer !== undefined

/** Expects that simultaneous answers do not tell right codes from wrong ones unless wrong ones are judged. */
function expectNoSearch(answers: readonly Answer[], phase: string): void {
  const wrongs = answers.filter(({ isRight }) => !isRight)
  const failed = wrongs.filter(({ isError }) => isError)
  // The same calls in the same order, so that the time before the judgement is the same.
  const calls = new Set(answers.map((answer) => answer.calls))
  expect([...calls], `${phase}: calls until the store answers`).toHaveLength(1)
  // Where guesses fail, right and wrong ones look alike.
  if (failed.length < wrongs.length) return
  const texts = new Set(answers.map(({ text }) => text))
  expect([...texts], `${phase}: answers while guesses fail`).toHaveLength(1)
}

/** Expects that a visitor can sign in with a new code after so many wrong ones, and not without it. */
async function expectWorking(visitor: Visitor, wrong: number): Promise<void> {
  const expiry = Date.now() + 10 * MINUTE
  expect(await visitor.ask()).toBe(202)
  // A mail of an earlier request may arrive in the meantime.
  await until(() => visitor.hasCode(expiry))
  for (const { said } of await visitor.guess(wrong)) expect(said).toBe('invalid_code')
  expect(await visitor.isSignedIn()).toBe(false)
  expect((await visitor.enterRight()).said).toBe('signed in')
  expect(await visitor.isSignedIn()).toBe(true)
}
