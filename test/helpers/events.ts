import type { EmailOtpEvent } from 'passport-email-otp'

/** The events of a strategy so far, with a way to wait for more. */
export class Events {
  readonly all: EmailOtpEvent[] = []
  readonly #waiting = new Set<() => void>()

  add(event: EmailOtpEvent): void {
    this.all.push(event)
    for (const look of this.#waiting) look()
  }

  heard<T extends EmailOtpEvent['type']>(type: T, count: number) {
    type Heard = Extract<EmailOtpEvent, { type: T }>
    const found = () => this.all.filter((event): event is Heard => event.type === type)
    return new Promise<Heard[]>((resolve) => {
      const look = () => {
        if (found().length < count) return
        this.#waiting.delete(look)
        resolve(found())
      }
      this.#waiting.add(look)
      look()
    })
  }
}
