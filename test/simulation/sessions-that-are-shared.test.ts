import { guessProbability } from 'passport-email-otp'
import { describe, expect, it } from 'vitest'
import { Document, numbersIn } from '../helpers/documents.js'
import { greedy, guessBeforeSignIns, takeAllButOne } from './attackers.js'
import { stopTheClock } from './clock.js'
import { World } from './world.js'
import { type Attack, firstYear, laneOf, worstYear } from './years.js'

// The attacker shares the session in which the owner is going to sign in: a session id that was planted in the
// owner's browser, or a shared computer. Four guesses at each code, and the owner signs in with the fifth attempt.

stopTheClock()

describe.each([1, 5])('four guesses before each of %i sign-ins a day', (perDay) => {
  /** A year in which the owner signs in so often, while the attacker does something else besides. */
  async function yearWith(besides: Attack) {
    const world = new World()
    let owner = { signedIn: 0 }
    const measured = await worstYear(world, async (_, until) => {
      owner = guessBeforeSignIns(world, laneOf(world, 1), perDay)
      await besides(world, until)
    })
    return { world, measured, ...owner }
  }

  it('stay below the figure, and the owner signs in every time', async () => {
    const { world, measured, signedIn } = await yearWith((world, until) => world.advanceTo(until))
    expect(signedIn).toBe(365 * perDay)
    expect(measured).toBeLessThan(guessProbability())
    // The attack took place: all guesses at six digits that the windows allow.
    expect(world.judged.get(6)).toBe(14 * 5 - 1)
    expect([...world.judged.values()].reduce((a, b) => a + b)).toBe(4 * 365 * perDay)
  })

  it('stay below it while the attacker also takes every send but one, which is for the owner', async () => {
    const { world, measured, signedIn } = await yearWith(async (world, until) => {
      takeAllButOne(world, laneOf(world, 1))
      await greedy(world, until, [laneOf(world, 0), laneOf(world, 2)])
    })
    expect(signedIn).toBe(365 * perDay)
    expect(measured).toBeLessThanOrEqual(guessProbability())
    // A sign-in refunds its send, so its four guesses come on top of those that the sends allow.
    const tenDigits = world.judged.get(10) ?? 0
    expect(tenDigits).toBeGreaterThan(3 * 29_220 - 700 + 4 * 365 * (perDay - 1))
  })
})

it('1,460 guesses of a year come to what SECURITY.md says', async () => {
  const world = new World()
  const measured = await firstYear(world, async (world, until) => {
    guessBeforeSignIns(world, laneOf(world))
    await world.advanceTo(until)
  })
  const [six, eight, ten] = [6, 8, 10].map((digits) => world.judged.get(digits))
  const section = new Document('SECURITY.md').section('A session that an attacker shares')
  const computed = [six, eight, ten, measured.toExponential(1)].map(String)
  expect(numbersIn(section)).toEqual(expect.arrayContaining(['1,460', ...computed]))
})
