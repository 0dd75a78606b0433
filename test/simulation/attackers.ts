import { DAY } from './rules.js'
import type { Browser, Lane, World } from './world.js'

/** Uses up a code, and those that replace it free of charge because guesses made it too short. */
export async function useUp(world: World, browser: Browser, lane: Lane): Promise<void> {
  for (;;) {
    const { outcome } = await world.guess(browser)
    if (outcome === 'wrong') continue
    if (outcome !== 'stale') return
    const replaced = await world.ask(browser, lane)
    if (replaced.outcome !== 'opened') return
  }
}

/** Takes each send the moment it appears, and uses all guesses of its code before the next. */
export async function greedy(world: World, until: number, lanes = world.lanes): Promise<void> {
  while (world.now < until) {
    let nextMs = until - world.now
    for (const lane of lanes) {
      for (;;) {
        const browser: Browser = { name: lane.name }
        const result = await world.ask(browser, lane)
        if ('retryAfterMs' in result) {
          nextMs = Math.min(nextMs, result.retryAfterMs)
          break
        }
        await useUp(world, browser, lane)
      }
    }
    await world.advanceTo(world.now + nextMs)
  }
}

/** Takes each send of a lane as it appears, and leaves one there, so that the owner can still sign in. */
export function takeAllButOne(world: World, lane: Lane): void {
  const takeOne = async () => {
    const browser: Browser = { name: lane.name }
    if ((await world.ask(browser, lane)).outcome === 'opened') await useUp(world, browser, lane)
  }
  world.every(lane.budget.refillMs, takeOne)
}

/**
 * Saves sends up, opens all codes that he can at once, and tries one guess at each in turn, so that many
 * codes are open, with guesses left, whenever the ladder moves on.
 */
export async function parallel(world: World, until: number): Promise<void> {
  const savedUpMs = Math.max(...world.lanes.map(({ budget }) => budget.burst * budget.refillMs))
  while (world.now < until) {
    const open: { browser: Browser; lane: Lane }[] = []
    for (const lane of world.lanes) {
      for (;;) {
        const browser: Browser = { name: lane.name }
        if ((await world.ask(browser, lane)).outcome !== 'opened') break
        open.push({ browser, lane })
      }
    }
    while (open.length > 0) {
      for (const one of [...open]) {
        const { outcome } = await world.guess(one.browser)
        if (outcome === 'wrong') continue
        if (outcome === 'stale') {
          const replaced = await world.ask(one.browser, one.lane)
          if (replaced.outcome === 'opened') continue
        }
        open.splice(open.indexOf(one), 1)
      }
    }
    await world.advanceTo(Math.min(until, world.now + savedUpMs))
  }
}

/**
 * Stays below a step of the ladder: guesses until one more would reach it, then waits for whatever might
 * bring the count down, be it the end of the window or a sign-in of the owner. He sees the count itself.
 */
export async function belowTheThreshold(
  world: World,
  until: number,
  { threshold, pauseMs, lane }: { threshold: number; pauseMs: number; lane: Lane },
): Promise<void> {
  while (world.now < until) {
    const browser: Browser = { name: lane.name }
    let left = threshold - 1 - (await world.failures())
    while (left > 0) {
      if ((await world.guess(browser)).outcome === 'wrong') left -= 1
      else if ((await world.ask(browser, lane)).outcome !== 'opened') break
    }
    await world.advance(pauseMs)
  }
}

/**
 * Shares the session before each sign-in of the owner: by a session id that was planted in the owner's browser,
 * or on a shared computer. Guesses at the code that the owner has requested, and leaves the last attempt to the
 * owner.
 */
export function guessBeforeSignIns(world: World, lane: Lane, perDay = 1): { signedIn: number } {
  const count = { signedIn: 0 }
  const signIn = async () => {
    if (await guessBeforeSignIn(world, lane)) count.signedIn += 1
  }
  world.every(DAY / perDay, signIn, DAY / perDay / 2)
  return count
}

async function guessBeforeSignIn(world: World, lane: Lane): Promise<boolean> {
  const browser: Browser = { name: lane.name }
  await world.ask(browser, lane)
  for (let left = world.limits.maxAttempts - 1; left > 0; ) {
    const { outcome } = await world.guess(browser)
    if (outcome === 'wrong') left -= 1
    else if ((await world.ask(browser, lane)).outcome !== 'opened') break
  }
  return world.enter(browser, lane)
}

/** What anybody could do, in any order. `pauses` are drawn from at random. */
export async function random(
  world: World,
  until: number,
  { draw, pauses }: { draw: () => number; pauses: readonly number[] },
): Promise<void> {
  const pick = <T>(from: readonly T[]): T => from[Math.floor(draw() * from.length)] as T
  let browsers: Browser[] = []
  while (world.now < until) {
    const [lane, browser] = [pick(world.lanes), pick(browsers)]
    const what = draw()
    if (browser === undefined || what < 0.25) {
      const fresh: Browser = { name: lane.name }
      const { outcome } = await world.ask(fresh, lane)
      if (outcome === 'opened') browsers = [...browsers.slice(-20), fresh]
    } else if (what < 0.6) {
      const guesses = Math.ceil(draw() * 6)
      for (let i = 0; i < guesses; i += 1) await world.guess(browser)
    } else if (what < 0.75) {
      const own = world.lanes.filter(({ name }) => name === browser.name)
      await world.ask(browser, pick(own))
    } else if (what < 0.8) {
      // An older pending state again: a session that was replayed.
      browsers.push({ ...browser, ...(browser.pending && { pending: { ...browser.pending } }) })
    } else if (what < 0.85) {
      await world.deliveryFails(browser, pick(['none', 'reduced', 'whole'] as const))
    } else if (what < 0.87) {
      await world.signIn(lane, Math.floor(draw() * 5))
    } else {
      await world.advanceTo(Math.min(until, world.now + pick(pauses)))
    }
  }
}
