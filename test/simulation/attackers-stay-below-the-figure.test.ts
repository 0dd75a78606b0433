import { guessProbability } from 'passport-email-otp'
import { describe, expect, it } from 'vitest'
import { belowTheThreshold, greedy, parallel, random } from './attackers.js'
import { stopTheClock } from './clock.js'
import { DAY, HOUR, MINUTE, SECOND, seeded } from './rules.js'
import { World } from './world.js'
import { expectToReach, firstYear, guessWhileMailFails, laneOf, worstYear } from './years.js'

// A year of each attacker against the memory store. What is compared is the sum of the chances of all
// guesses that the store let be judged: a figure without noise, because nothing is drawn in it.

stopTheClock()

describe('who takes every send', () => {
  it('reaches the figure in the worst 365 days, but for one guess', async () => {
    const world = new World()
    const measured = await worstYear(world, greedy)
    expectToReach(measured, guessProbability())
    expect(measured.toExponential(1)).toBe('8.4e-5')
    expect(world.judged.get(6)).toBe(14 * 5 - 1)
    expect(world.judged.get(8)).toBe(14 * 45)
  })

  it('reaches it with strangers’ sends alone, for which there is a figure of its own', async () => {
    const world = new World({ whose: ['stranger'] })
    expectToReach(await worstYear(world, greedy), guessProbability({ budgets: 1 }))
  })

  it('gets 13 windows in the first year, which is 7.4e-5', async () => {
    const world = new World({ whose: ['stranger'] })
    expect(await firstYear(world, greedy)).toBeCloseTo(7.37e-5, 7)
    expect(world.judged.get(6)).toBe(13 * 5)
  })

  it.each([2, 3])('reaches the figure of %i names on one store', async (names) => {
    const world = new World({ names: ['a', 'b', 'c'].slice(0, names) })
    expectToReach(await worstYear(world, greedy), guessProbability({ names }))
  })

  it.each([
    { digits: 8 },
    { digits: 10 },
    { maxAttempts: 10, maxSendsPerHour: 1, maxSendsPerDay: 20 },
    { maxAttempts: 1, maxSendsPerHour: 20, maxSendsPerDay: 43 },
  ])('stays below the figure of %o', async (limits) => {
    const measured = await worstYear(new World({ limits }), parallel)
    expect(measured).toBeLessThanOrEqual(guessProbability(limits))
    expect(measured).toBeGreaterThan(0.9 * guessProbability(limits))
  })
})

it('who opens many codes before he guesses gets no more', async () => {
  const world = new World()
  expectToReach(await worstYear(world, parallel), guessProbability())
  // He gets more than the mails' guesses less the short ones: short codes are replaced free of charge.
  expect(world.judged.get(10)).toBeGreaterThan(3 * 29_220 - 700)
})

describe('who stays below a step of the ladder', () => {
  it.each([5, 50])(
    'of %i guesses gets no more, though the owner signs in daily',
    async (threshold) => {
      const world = new World()
      let signedIn = 0
      world.every(DAY, async () => {
        if (await world.signIn(laneOf(world, 1))) signedIn += 1
      })
      const measured = await worstYear(world, (_, until) =>
        belowTheThreshold(world, until, { threshold, pauseMs: 6 * HOUR, lane: laneOf(world) }),
      )
      expect(signedIn).toBeGreaterThan(360)
      expect(measured).toBeLessThan(guessProbability())
      // The attack took place: nearly all that a window allows below this step.
      expect(measured).toBeGreaterThan(13 * 4e-6)
    },
  )
})

it('an owner who signs in and mistypes gives an attacker nothing', async () => {
  const world = new World()
  let mistakes = 0
  let signedIn = 0
  world.every(7 * HOUR, async () => {
    mistakes = (mistakes + 1) % 5
    if (await world.signIn(laneOf(world, 1), mistakes)) signedIn += 1
  })
  // The owner's device is known, and its sends are out of the attacker's reach.
  const lanes = [laneOf(world), laneOf(world, 2)]
  const measured = await worstYear(world, (_, until) => greedy(world, until, lanes))
  expect(signedIn).toBeGreaterThan(1300)
  expect(measured).toBeLessThanOrEqual(guessProbability({ budgets: 2 }))
  expect(measured).toBeGreaterThan(0.9 * guessProbability({ budgets: 2 }))
})

it('who guesses while the mail fails gets no send back', async () => {
  const world = new World({ whose: ['stranger'] })
  const measured = await worstYear(world, (_, until) =>
    guessWhileMailFails(world, until, 10 * SECOND),
  )
  const figure = guessProbability({ budgets: 1 })
  expect(measured).toBeLessThanOrEqual(figure)
  expect(measured).toBeGreaterThan(0.9 * figure)
})

it.each([1, 2, 3, 4, 5, 6])(
  'who does anything in any order gets no more (seed %i)',
  async (seed) => {
    const pauses = [1, 30 * SECOND, 5 * MINUTE, 10 * MINUTE, HOUR, 90 * MINUTE, 5 * HOUR]
    const world = new World({ names: ['a', 'b'] })
    const measured = await worstYear(world, (_, until) =>
      random(world, until, { draw: seeded(seed), pauses: pauses }),
    )
    expect(measured).toBeLessThanOrEqual(guessProbability({ names: 2 }))
    expect(measured).toBeGreaterThan(5e-5)
  },
)
