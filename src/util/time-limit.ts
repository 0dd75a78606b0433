/** Thrown by {@link withTimeLimit}. */
export class TimeLimitError extends Error {
  constructor(limitMs: number) {
    super(`No answer within ${limitMs / 1000} seconds`)
    this.name = 'TimeLimitError'
  }
}

/**
 * Starts some work and waits for it no longer than `limitMs`. A synchronous throw is a rejection too.
 * What arrives after the limit goes to `late`; a late rejection goes nowhere, as somebody else has the answer.
 */
export async function withTimeLimit<T>(
  limitMs: number,
  start: () => T | PromiseLike<T>,
  late: (value: T) => void = () => {},
): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  let isLate = false
  const work = (async () => start())()
  work.then(
    (value) => {
      if (isLate) late(value)
    },
    () => {},
  )
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      isLate = true
      reject(new TimeLimitError(limitMs))
    }, limitMs)
  })
  try {
    return await Promise.race([work, limit])
  } finally {
    clearTimeout(timer)
  }
}
