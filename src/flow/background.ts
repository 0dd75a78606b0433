import { checkNames, optionReader } from '../util/option-reader.js'
import { withTimeLimit } from '../util/time-limit.js'

/** Options of `emailOtp.idle`. */
export interface IdleOptions {
  /**
   * How long to wait, 1 to 300 seconds. Default 20: 5 for a response that does not report its end, 10 for a mail
   * that is answered in time, and the time of `allowEmail`.
   */
  readonly timeoutSeconds?: number | undefined
}

/** The work of one strategy that is under way: requests, and what continues after their answers. */
export class Background {
  readonly #running = new Set<Promise<void>>()

  /** Makes {@link idle} wait for this work, and returns it. */
  track<Work extends PromiseLike<unknown>>(work: Work): Work {
    const end = () => void this.#running.delete(settled)
    const settled: Promise<void> = Promise.resolve(work).then(end, end)
    this.#running.add(settled)
    return work
  }

  /** Waits until no work is under way, also for work that starts meanwhile. @throws TypeError for a wrong option */
  async idle(options: IdleOptions): Promise<boolean> {
    checkNames('idle', options, ['timeoutSeconds'])
    const limits = { fallback: 20, min: 1, max: 300 }
    const limitMs = optionReader('idle', options).wholeNumber('timeoutSeconds', limits) * 1000
    const finish = async () => {
      while (this.#running.size > 0) await Promise.all(this.#running)
    }
    await withTimeLimit(limitMs, finish).catch(() => {})
    return this.#running.size === 0
  }
}
