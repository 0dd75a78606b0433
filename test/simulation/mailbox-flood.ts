import type { Browser, Lane, World } from './world.js'

/** Many browsers of one attacker, who wants mail to go out rather than to hit a code. */
export class Crowd {
  #open: { browser: Browser; lane: Lane }[] = []
  readonly #world: World

  constructor(world: World) {
    this.#world = world
  }

  /** Opens codes for as long as there are sends. */
  async openAll(): Promise<void> {
    this.#open = []
    for (const lane of this.#world.lanes) {
      for (;;) {
        const browser: Browser = { name: lane.name }
        if ((await this.#world.ask(browser, lane)).outcome !== 'opened') break
        this.#open.push({ browser, lane })
      }
    }
  }

  /** Guesses so often, evenly, so that all codes have guesses left: those that have none aren't free. */
  async guess(times: number): Promise<void> {
    for (let i = 0; i < times; i += 1) {
      const one = this.#open[i % this.#open.length]
      if (one) await this.#world.guess(one.browser)
    }
  }

  /** Tries all codes once more, so that those that are too short by now stay so. */
  async tryAll(): Promise<void> {
    for (const { browser } of this.#open) await this.#world.guess(browser)
  }

  /** Asks again from everywhere: codes that guesses made too short are replaced free of charge. */
  async replaceAll(): Promise<void> {
    for (const { browser, lane } of this.#open) await this.#world.ask(browser, lane)
  }
}

/** The most mails in any stretch of so many milliseconds. */
export function mostWithin(mails: readonly number[], spanMs: number): number {
  let most = 0
  let first = 0
  mails.forEach((at, i) => {
    while ((mails[first] ?? at) <= at - spanMs) first += 1
    most = Math.max(most, i + 1 - first)
  })
  return most
}
