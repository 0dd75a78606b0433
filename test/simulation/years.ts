import { expect } from 'vitest'
import { DAY, MINUTE } from './rules.js'
import type { Browser, Lane, World } from './world.js'

export type Attack = (world: World, until: number) => Promise<void>

/** Attacks for 365 days from now on, and answers what its guesses add up to. */
export async function firstYear(world: World, attack: Attack): Promise<number> {
  const until = world.now + 365 * DAY
  world.measure(world.now, until)
  await attack(world, until)
  return world.figure
}

/**
 * The worst 365 days. The owner mistyped once, a day short of a window before, so that 14 windows overlap these
 * days. The first of them has that failure in it, and one guess at six digits less.
 */
export async function worstYear(world: World, attack: Attack): Promise<number> {
  await world.signIn(laneOf(world), 1)
  await world.advance(29 * DAY)
  return firstYear(world, attack)
}

/** Restarts at the end of the year, so often, each time as soon as the attack has got what it can. */
export function withRestarts(restarts: number, attack: Attack): Attack {
  const eachMs = 15 * MINUTE
  return async (world, until) => {
    await attack(world, until - restarts * eachMs)
    for (let left = restarts; left > 0; left -= 1) {
      world.empty()
      await attack(world, world.now + eachMs)
    }
  }
}

export function laneOf(world: World, n = 0): Lane {
  const lane = world.lanes[n]
  if (lane === undefined) throw new Error(`no lane ${n}`)
  return lane
}

/** Asks again and again for mails that fail, as soon as the guesses at the code are used up. */
export async function guessWhileMailFails(world: World, until: number, pauseMs: number) {
  const lane = laneOf(world)
  while (world.now < until) {
    const browser: Browser = { name: lane.name }
    const result = await world.ask(browser, lane)
    while ((await world.guess(browser)).outcome === 'wrong');
    await world.deliveryFails(browser, 'whole')
    const waitMs = 'retryAfterMs' in result ? result.retryAfterMs : 0
    await world.advanceTo(Math.min(until, world.now + Math.max(pauseMs, waitMs)))
  }
}

/**
 * Expects the worst year of an attack to reach the figure, but for the one guess that the first window lacks, and
 * not to exceed it. The interval is 0.5 % wide.
 */
export function expectToReach(measured: number, figure: number, digits = 6): void {
  expect(measured).toBeLessThanOrEqual(figure)
  expect(measured).toBeGreaterThan(0.995 * figure - 10 ** -digits)
}
