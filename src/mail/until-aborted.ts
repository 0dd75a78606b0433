import { notSent } from './outcome.js'

/**
 * Waits for a mail that is being written. @throws its error, or another one as soon as the signal is aborted; either
 * has `notSent: true`.
 */
export async function untilAborted<Mail>(signal: AbortSignal, mail: Promise<Mail>): Promise<Mail> {
  let give = () => {}
  const aborted = new Promise<never>((_, reject) => {
    give = () => reject(new Error('The mail was not written in time'))
    if (signal.aborted) give()
  })
  signal.addEventListener('abort', give, { once: true })
  try {
    return await Promise.race([mail, aborted])
  } catch (err) {
    throw notSent(err, false)
  } finally {
    signal.removeEventListener('abort', give)
  }
}
