import { type ChallengeStore, guessProbability, MemoryStore } from 'passport-email-otp'
import { expect, it } from 'vitest'
import { belowTheThreshold, greedy, guessBeforeSignIns, parallel } from './attackers.js'
import {
  countsApart,
  countsForADay,
  lengthChosenAtIssueOnly,
  refundsGuessedCodes,
  signInClearsTheCount,
  signInRefundsFailures,
  withoutLadder,
} from './broken-stores.js'
import { stopTheClock } from './clock.js'
import { DAY, HOUR, SECOND } from './rules.js'
import { World } from './world.js'
import { type Attack, firstYear, guessWhileMailFails, laneOf, worstYear } from './years.js'

// The simulation is worth something only if it sees a rule that does not hold. Each of these stores breaks
// one, and the same attack that stays below the figure with the real store goes beyond it.

stopTheClock()

const wholeKey = (key: string) => key
const nameOf = (key: string) => key.slice(0, key.indexOf('/'))
const strangers = { whose: ['stranger'] }

/** Below five guesses between one daily sign-in of the owner and the next. */
const betweenSignIns: Attack = async (world, until) => {
  world.every(DAY, async () => void (await world.signIn(laneOf(world, 1))))
  const rules = { threshold: 5, pauseMs: 6 * HOUR, lane: laneOf(world) }
  await belowTheThreshold(world, until, rules)
}

/** Four guesses before each daily sign-in of the owner, in a session that the attacker shares. */
const beforeSignIns: Attack = async (world, until) => {
  guessBeforeSignIns(world, laneOf(world, 1))
  await world.advanceTo(until)
}

interface BrokenRule {
  readonly rule: string
  readonly makeStore: () => ChallengeStore
  readonly attack: Attack
  readonly options?: { readonly names?: readonly string[]; readonly whose?: readonly string[] }
  /** What a year of the attack comes to. */
  readonly figure: number
}

const broken: BrokenRule[] = [
  {
    rule: 'the length is enforced where a code is checked',
    makeStore: lengthChosenAtIssueOnly,
    attack: parallel,
    options: strangers,
    figure: 3.3e-4,
  },
  {
    rule: 'all budgets share one count',
    makeStore: () => countsApart(wholeKey),
    attack: greedy,
    figure: 2.2e-4,
  },
  {
    rule: 'two names share one count',
    makeStore: () => countsApart(nameOf),
    attack: greedy,
    options: { names: ['a', 'b'], ...strangers },
    figure: 1.5e-4,
  },
  {
    rule: 'a sign-in does not clear the count',
    makeStore: signInClearsTheCount,
    attack: betweenSignIns,
    figure: 1.5e-3,
  },
  {
    rule: 'a sign-in refunds no failures, not even those at its own code',
    makeStore: signInRefundsFailures,
    attack: beforeSignIns,
    figure: 1.5e-3,
  },
  {
    rule: 'guesses count for 30 days',
    makeStore: countsForADay,
    attack: greedy,
    options: strangers,
    figure: 2.0e-3,
  },
  {
    rule: 'guesses make codes longer',
    makeStore: withoutLadder,
    attack: greedy,
    options: strangers,
    figure: 2.9e-2,
  },
]

it.each(broken)('$rule, or a year comes to $figure', async ({ makeStore, attack, ...rest }) => {
  const names = rest.options?.names?.length ?? 1
  const budgets = rest.options?.whose?.length ?? 3
  const figure = guessProbability({ names, budgets })
  const withStore = (store: ChallengeStore) => new World({ store, ...rest.options })

  const measured = await firstYear(withStore(makeStore()), attack)
  expect(measured).toBeGreaterThan(figure)
  expect(measured.toExponential(1)).toBe(rest.figure.toExponential(1))
  expect(await worstYear(withStore(new MemoryStore()), attack)).toBeLessThanOrEqual(figure)
})

it('a refund of failures left 1,460 guesses at six digits uncounted in a year, 17 times the figure', async () => {
  const world = new World({ store: signInRefundsFailures() })
  const measured = await firstYear(world, beforeSignIns)
  expect([...world.judged]).toEqual([[6, 1460]])
  expect(await world.failures()).toBe(0)
  expect(Math.round(measured / guessProbability())).toBe(17)
})

it('a guessed code’s send is not given back, or mails that fail buy 1.6e-3 at ten digits', async () => {
  const world = new World({ store: refundsGuessedCodes(), ...strangers })
  const attack: Attack = (_, until) => guessWhileMailFails(world, until, 10 * SECOND)
  await attack(world, world.now + DAY)
  world.judged.clear()
  // A day of it, once the ladder is at its end, and as much on every other day.
  await attack(world, world.now + DAY)
  expect([...world.judged.keys()]).toEqual([10])
  expect((365 * world.figure).toExponential(1)).toBe('1.6e-3')
})
