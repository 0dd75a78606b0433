import { describe, expect, it } from 'vitest'
import { guessBeforeSignIns } from './attackers.js'
import { signInRefundsFailures } from './broken-stores.js'
import { stopTheClock } from './clock.js'
import { DAY, seeded } from './rules.js'
import { World } from './world.js'
import { laneOf } from './years.js'

// A long search, which runs only with SEARCH_YEARS: so many years of daily sign-ins in a session that an attacker
// shares, with codes drawn at random. It shows what the refund of failures at a sign-in allowed, and what is left
// of it without the refund.

stopTheClock()

const YEARS = Number(process.env.SEARCH_YEARS ?? 0)

async function search(world: World) {
  const owner = guessBeforeSignIns(world, laneOf(world))
  let firstHitInYear: number | undefined
  for (let year = 1; year <= YEARS; year += 1) {
    await world.advance(365 * DAY)
    if (world.hits > 0) firstHitInYear ??= year
  }
  const guesses = [...world.judged.values()].reduce((sum, count) => sum + count, 0)
  return {
    signIns: owner.signedIn,
    guesses,
    guessesByDigits: Object.fromEntries(world.judged),
    stillCounted: await world.failures(),
    hits: world.hits,
    firstHitInYear,
  }
}

describe.runIf(YEARS > 0)('four guesses before each daily sign-in of a shared session', () => {
  const timeout = YEARS * 1000
  const draw = () => ({ random: seeded(1), digitsLess: 0 })

  it('were never counted while a sign-in refunded failures', { timeout }, async () => {
    const found = await search(new World({ store: signInRefundsFailures(), draw: draw() }))
    console.info({ rule: 'a sign-in refunds the failures of its code', years: YEARS, ...found })
    expect(found.guesses).toBe(4 * 365 * YEARS)
    expect(found.guessesByDigits).toEqual({ 6: found.guesses })
    expect(found.stillCounted).toBe(0)
  })

  it('are all counted today, so that the codes become longer', { timeout }, async () => {
    const found = await search(new World({ draw: draw() }))
    console.info({ rule: 'failures are never refunded', years: YEARS, ...found })
    expect(found.signIns).toBe(365 * YEARS)
    expect(found.guesses).toBe(4 * 365 * YEARS)
    expect(found.guessesByDigits[6]).toBeLessThanOrEqual(5 * 13 * YEARS)
  })
})
