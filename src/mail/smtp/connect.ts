import { hasEnded, isTemporary, timeIsOver } from '../outcome.js'
import type { Connection } from './connection.js'
import { type Failure, pauseBeforeRetry } from './failure.js'
import type { Pool } from './pool.js'
import type { Place } from './waiting.js'

/**
 * How often a mail waits for another connection after the server has refused one: for five to six seconds, so that
 * idle connections of other processes have been closed by then. Almost until the time limit where the server has
 * accepted a connection before. Counted anew whenever the server accepts one, because other mails take the places of
 * this one while the server works.
 */
const MOST_REFUSALS = { atFirst: 8, later: 12 }

/**
 * Waits for a connection that is open and works. A server that limits connections refuses the others, so a mail whose
 * connection was refused waits for one that becomes free, or for a later one. A check waits for a later one.
 *
 * @param place its place among those that wait
 */
export async function connect(
  pool: Pool,
  place: Place,
  signal: AbortSignal | undefined,
): Promise<{ readonly connection: Connection } | Failure> {
  let isReached = false
  let refusals = 0
  let { openings } = pool
  let refusal: unknown
  const failed = (error: unknown, pauseMs?: number) => {
    return { error, isReached, isCertain: true, isStale: false, pauseMs }
  }
  for (;;) {
    let connection: Connection
    try {
      connection = await pool.take(place, signal)
    } catch {
      return failed(refusal ?? timeIsOver())
    }
    const isNew = connection.mails === 0
    try {
      await openOrResume(connection, signal)
      if (isNew) pool.noteOpened()
      return { connection }
    } catch (error) {
      isReached ||= connection.isAnswered
      connection.destroy(error as Error)
      if (signal?.aborted) return failed(refusal ?? error)
      if (!isNew) pool.dropIdle(error as Error)
      else if (connection.isAdmitted) return failed(error, pauseBeforeRetry(error, false))
      else {
        if (pool.openings !== openings) refusals = 0
        openings = pool.openings
        const most = openings > 0 ? MOST_REFUSALS.later : MOST_REFUSALS.atFirst
        if (!mayBeLimited(error) || refusals === most) return failed(error)
        refusal = error
        refusals += 1
        pool.noteRefused()
      }
    }
  }
}

/** Makes a connection of the pool ready for a mail. @throws the error why it is not, or is not in time */
async function openOrResume(
  connection: Connection,
  signal: AbortSignal | undefined,
): Promise<void> {
  const stop = () => connection.destroy(timeIsOver())
  signal?.addEventListener('abort', stop, { once: true })
  if (signal?.aborted) stop()
  try {
    if (connection.mails === 0) await connection.open()
    else if (connection.idleSince !== undefined) await connection.resume()
  } finally {
    signal?.removeEventListener('abort', stop)
  }
}

/** Whether the server may have refused a connection because too many are open, here or from other processes. */
function mayBeLimited(error: unknown): boolean {
  return isTemporary(error) || hasEnded(error)
}
