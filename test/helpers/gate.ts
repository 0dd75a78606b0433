/** A promise that the test settles. */
export function gate<T = void>() {
  let open: (value: T) => void = () => {}
  let fail: (reason: unknown) => void = () => {}
  const opened = new Promise<T>((resolve, reject) => {
    open = resolve
    fail = reject
  })
  return { opened, open, fail }
}

/** Counts, and lets others wait until it has counted far enough. */
export class Counter {
  count = 0
  readonly #waiting = new Set<() => void>()

  add(): void {
    this.count += 1
    for (const look of this.#waiting) look()
  }

  reached(count: number): Promise<void> {
    return new Promise((resolve) => {
      const look = () => {
        if (this.count < count) return
        this.#waiting.delete(look)
        resolve()
      }
      this.#waiting.add(look)
      look()
    })
  }
}
