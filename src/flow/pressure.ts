import type { EmailOtpEvent, PressureEvent } from '../events.js'

const HOUR_MS = 60 * 60 * 1000
const PARTS = 60
const PART_MS = HOUR_MS / PARTS

/** Below this many in an hour, a proportion says nothing: one user who mistypes is no attack. */
const ENOUGH = 100
/** A sign-in takes one mail or two, and one in a few needs a second try. Five times as much is an attack. */
const UNUSUAL = 5
/** How long one alarm lasts: an attack must not flood the log too. */
const QUIET_MS = 10 * 60 * 1000

type Counts = Record<keyof typeof NOTHING, number>
/** A minute of the hour, `index` minutes after 1970. */
type Part = Counts & { index: number }

const NOTHING = { failures: 0, sends: 0, successes: 0 }

/**
 * Counts guesses, codes and sign-ins of one process in the last hour. Guesses that are spread over many addresses
 * reach no limit of any address. Only the proportion shows them. No request is rejected because of it: an attacker
 * could stop all sign-ins.
 */
export class Pressure {
  readonly #parts: readonly Part[] = Array.from({ length: PARTS }, () => ({
    index: Number.NaN,
    ...NOTHING,
  }))
  #quietUntil = Number.NEGATIVE_INFINITY

  /** Counts an event, and returns a `pressure` event if there are far too many guesses or codes. */
  note(event: EmailOtpEvent): PressureEvent | undefined {
    const now = Date.now()
    const part = this.#partAt(now)
    if (event.type === 'issued') part.sends += 1
    else if (event.type === 'verified') part.successes += 1
    else if (event.type === 'rejected' && event.failures !== undefined) part.failures += 1
    else return undefined

    const { failures, sends, successes } = this.#sum(now)
    const limit = Math.max(ENOUGH, UNUSUAL * successes)
    if (now < this.#quietUntil || (failures < limit && sends < limit)) return undefined
    this.#quietUntil = now + QUIET_MS
    return { type: 'pressure', addressHash: undefined, failures, sends, successes }
  }

  #partAt(now: number): Part {
    const index = Math.floor(now / PART_MS)
    const part = this.#parts[index % PARTS] as Part
    return part.index === index ? part : Object.assign(part, { index, ...NOTHING })
  }

  #sum(now: number): Counts {
    const oldest = Math.floor(now / PART_MS) - PARTS
    const sum = { ...NOTHING }
    for (const part of this.#parts) {
      if (!(part.index > oldest)) continue
      sum.failures += part.failures
      sum.sends += part.sends
      sum.successes += part.successes
    }
    return sum
  }
}
