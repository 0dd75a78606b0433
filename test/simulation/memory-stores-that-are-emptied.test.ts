import { guessProbability } from 'passport-email-otp'
import { describe, it } from 'vitest'
import { greedy } from './attackers.js'
import { stopTheClock } from './clock.js'
import { World } from './world.js'
import { expectToReach, withRestarts, worstYear } from './years.js'

stopTheClock()

describe('a memory store', () => {
  it.each([1, 4, 12, 365])('restarted %i times a year is as bad as its figure', async (resets) => {
    const measured = await worstYear(new World(), withRestarts(resets, greedy))
    expectToReach(measured, guessProbability({ resetsPerYear: resets }))
  })

  it('in each of two processes is twice as bad', async () => {
    const start = Date.now()
    for (let process = 0; process < 2; process += 1) {
      // The same year for the other process: nothing of one is known to the other.
      const world = new World()
      await world.advanceTo(start)
      expectToReach(await worstYear(world, greedy), guessProbability({ processes: 2 }) / 2)
    }
  })
})
