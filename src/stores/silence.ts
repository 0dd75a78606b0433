/**
 * How long a store waits for its server before it replaces the connection, in milliseconds. Less than the
 * strategy's default time limit, so that one request fails, and the next one uses a new connection. Less than
 * the `socketTimeout` that the documentation gives ioredis too: the next request then waits for the connection.
 */
const SILENT_AFTER_MS = 1_400

/** Waits for an answer, and calls `whenSilent` if there is none in time. The wait goes on. */
export async function watchSilence<T>(
  answer: () => Promise<T>,
  whenSilent: (() => void) | undefined,
): Promise<T> {
  const timer = whenSilent && setTimeout(whenSilent, SILENT_AFTER_MS)
  try {
    return await answer()
  } finally {
    clearTimeout(timer)
  }
}
