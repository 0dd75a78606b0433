import { notSent } from './outcome.js'

/**
 * Waits for a mail to be written. @throws its error, or another one as soon as the signal is aborted; either has
 * `notSent: true`.
 */
export async function untilAborted<Mail>(
  signal: AbortSignal | undefined,
  write: () => Promise<Mail>,
): Promise<Mail> {
  let give = () => {}
  try {
    // Made and waited for in one place: a promise that rejects while no code waits for it ends the process.
    const aborted = new Promise<never>((_, reject) => {
      give = () => reject(new Error('The mail was not written in time'))
    })
    signal?.addEventListener('abort', give, { once: true })
    if (signal?.aborted) give()
    return await Promise.race([write(), aborted])
  } catch (err) {
    throw notSent(err, false)
  } finally {
    signal?.removeEventListener('abort', give)
  }
}
