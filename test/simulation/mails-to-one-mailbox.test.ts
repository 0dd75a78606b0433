import { describe, expect, it } from 'vitest'
import { greedy, parallel } from './attackers.js'
import { keepsWhatItReplaced } from './broken-stores.js'
import { stopTheClock } from './clock.js'
import { Crowd, mostWithin } from './mailbox-flood.js'
import { DAY, HOUR, MINUTE, WINDOW } from './rules.js'
import { World } from './world.js'
import { laneOf, worstYear } from './years.js'

// The most mail that strangers can have sent to one mailbox, with the codes that are replaced free of charge.
// Those need guesses that reach a step of the ladder, so the worst is possible once in a window.

stopTheClock()

const STRANGERS = ['stranger']
const ALL = ['stranger', 'device', 'captcha']

/** A crowd before a window's end, with four guesses in that window and all sends saved up. */
async function crowdBefore(windowEndMs: number, whose: readonly string[]) {
  const world = new World({ whose })
  const crowd = new Crowd(world)
  await crowd.openAll()
  await crowd.guess(4)
  const windowEnd = world.now + WINDOW
  await world.advanceTo(windowEnd - windowEndMs)
  world.mails.length = 0
  return { world, crowd, windowEnd }
}

type Hour = [
  title: string,
  whose: readonly string[],
  before: number[],
  after: number[],
  most: number,
]

/** So many guesses each time, after which all codes are replaced: before a window ends, and after it if it ends. */
const HOURS: readonly Hour[] = [
  // With 25 guesses left, the next step of the ladder is out of reach.
  [
    'strangers get 10 mails sent: five sends, and each code replaced once',
    STRANGERS,
    [1, 20],
    [],
    10,
  ],
  ['all three limits allow 45: 15 codes reach both steps of the ladder', ALL, [1, 45, 15], [], 45],
  // A code that was tried while too short stays too short when the window ends, and the one that replaces it
  // begins the ladder again.
  ['strangers get 15 where a window ends', STRANGERS, [1], [5, 20], 15],
  ['all three limits allow 75 where a window ends', ALL, [1, 45], [5, 45, 15], 75],
]

it.each(HOURS)('in an hour %s', async (_title, whose, before, after, most) => {
  const ends = after.length > 0
  const { world, crowd, windowEnd } = await crowdBefore(ends ? 5 * MINUTE : DAY, whose)
  await crowd.openAll()
  for (const [n, times] of [...before, ...after].entries()) {
    await crowd.guess(times)
    if (ends && n === before.length - 1) {
      await crowd.tryAll()
      await world.advanceTo(windowEnd)
    }
    await crowd.replaceAll()
  }
  expect(mostWithin(world.mails, HOUR)).toBe(most)
})

it.each([
  [STRANGERS, 40],
  [ALL, 120],
])(
  'in 24 hours %o get %i mails sent: the sends, and as many free replacements',
  async (whose, most) => {
    const { world, crowd } = await crowdBefore(12 * HOUR, whose)
    const { burst, refillMs } = laneOf(world).budget
    // Four times all sends, and with each a step of the ladder: two before the window ends, two after.
    for (const guessesToTheStep of [1, 20, 5, 20]) {
      await crowd.openAll()
      await crowd.guess(guessesToTheStep)
      await crowd.replaceAll()
      if (guessesToTheStep !== 20) await crowd.guess(25)
      await world.advance(burst * refillMs)
    }
    expect(mostWithin(world.mails, DAY)).toBe(most)
  },
)

it.each([
  ['greedy', greedy],
  ['parallel', parallel],
])('a year of the %s attacker has no hour and no day with more', async (_name, attack) => {
  const world = new World({ whose: STRANGERS })
  await worstYear(world, attack)
  expect(world.mails.length).toBeGreaterThan(5840)
  expect(mostWithin(world.mails, HOUR)).toBeLessThanOrEqual(10)
  expect(mostWithin(world.mails, DAY)).toBeLessThanOrEqual(40)
})

describe('a session that is replayed', () => {
  async function replayed(world: World): Promise<number> {
    const browser = { name: laneOf(world).name }
    const crowd = new Crowd(world)
    await world.ask(browser, laneOf(world))
    await crowd.openAll()
    await crowd.guess(5)
    for (let i = 0; i < 1000; i += 1) await world.ask({ ...browser }, laneOf(world))
    return mostWithin(world.mails, HOUR)
  }

  it('has its code replaced once', async () => {
    expect(await replayed(new World({ whose: STRANGERS }))).toBe(6)
  })

  it('would have mail sent without limit by a store that keeps what it replaced', async () => {
    const world = new World({ whose: STRANGERS, store: keepsWhatItReplaced() })
    expect(await replayed(world)).toBe(1005)
  })
})
