import { guessProbability } from 'passport-email-otp'
import { describe, expect, it } from 'vitest'
import { greedy, parallel } from './attackers.js'
import { stopTheClock } from './clock.js'
import { DAY, seeded } from './rules.js'
import { World } from './world.js'
import { type Attack, worstYear } from './years.js'

// The other simulations add up chances. Here codes are drawn and hit: with codes that are four digits shorter
// (2, 4 and 6), so that a year has about 0.8 hits in it, and five mails a day, so that many years fit in.

stopTheClock()

const DIGITS_LESS = 4
const YEARS = 300
const limits = { maxSendsPerHour: 5, maxSendsPerDay: 5 }
const whose = ['stranger']
const figure = guessProbability({ ...limits, budgets: 1 }) * 10 ** DIGITS_LESS

/** 99 of 100 normal deviates are nearer to their mean than so many standard deviations. */
const NINETY_NINE_OF_100 = 2.576

async function manyYears(attack: Attack, seed: number) {
  const random = seeded(seed)
  let hits = 0
  let expected = 0
  let yearsWithHits = 0
  for (let year = 0; year < YEARS; year += 1) {
    const world = new World({ limits, whose, draw: { random, digitsLess: DIGITS_LESS } })
    await world.advance(Math.floor(random() * DAY))
    expected += (await worstYear(world, attack)) * 10 ** DIGITS_LESS
    hits += world.hits
    if (world.hits > 0) yearsWithHits += 1
  }
  return { hits, expected, yearsWithHits }
}

describe.each([
  ['greedy', greedy, 1],
  ['parallel', parallel, 2],
] as const)('codes drawn at random, against the %s attacker', (_name, attack, seed) => {
  it('are hit as often as the chances add up to, within 99 %', async () => {
    const { hits, expected, yearsWithHits } = await manyYears(attack, seed)
    // Rare hits that hardly depend on one another: Poisson, whose variance is its mean.
    const interval = NINETY_NINE_OF_100 * Math.sqrt(expected)
    expect(Math.abs(hits - expected)).toBeLessThan(interval)
    expect(Math.abs(hits - figure * YEARS)).toBeLessThan(interval)

    // As a chance rather than a number of hits: a year can have more than one, so it is the smaller.
    const chance = 1 - Math.exp(-expected / YEARS)
    const deviation = Math.sqrt((chance * (1 - chance)) / YEARS)
    expect(Math.abs(yearsWithHits / YEARS - chance)).toBeLessThan(NINETY_NINE_OF_100 * deviation)
    expect(yearsWithHits / YEARS).toBeLessThan(figure)
  })
})
