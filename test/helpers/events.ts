import type { EmailOtpEvent } from 'passport-email-otp'
import { Counter } from './gate.js'

/** The events of a strategy so far, with a way to wait for more. */
export class Events {
  readonly all: EmailOtpEvent[] = []
  readonly #counter = new Counter()

  add(event: EmailOtpEvent): void {
    this.all.push(event)
    this.#counter.add()
  }

  async heard<T extends EmailOtpEvent['type']>(type: T, count: number) {
    type Heard = Extract<EmailOtpEvent, { type: T }>
    for (;;) {
      const found = this.all.filter((event): event is Heard => event.type === type)
      if (found.length >= count) return found
      await this.#counter.reached(this.all.length + 1)
    }
  }
}
