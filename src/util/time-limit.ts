/** Thrown by {@link withTimeLimit}. */
export class TimeLimitError extends Error {
  constructor(limitMs: number) {
    super(`No answer within ${limitMs / 1000} seconds`)
    this.name = 'TimeLimitError'
  }
}

/**
 * Starts some work and waits for it for at most `limitMs`. A synchronous throw counts as a rejection.
 * `late` receives a result that arrives after the limit. A late rejection is dropped, because the caller has
 * already received the time limit's error.
 *
 * @throws TimeLimitError after `limitMs`
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

/** Waits. Returns whether the time has passed without an abort. */
export function pause(ms: number, signal: AbortSignal | undefined): Promise<boolean> {
  return new Promise((resolve) => {
    const give = () => {
      clearTimeout(timer)
      resolve(false)
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', give)
      resolve(true)
    }, ms)
    signal?.addEventListener('abort', give, { once: true })
    if (signal?.aborted) give()
  })
}
