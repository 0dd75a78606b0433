import { watchSilence } from '../silence.js'
import type { RunScript } from './client.js'
import type { Connection } from './connection.js'

/**
 * Keeps the client connected to the primary. After a failover both node-redis and ioredis otherwise stay
 * connected to the old primary, which has become a replica, or does not answer any more.
 */
export function followPrimary(run: RunScript, connection: Connection): RunScript {
  const watched: RunScript = (...call) => watchSilence(() => run(...call), connection.replace)
  return sendAgainWhenReadOnly(watched, connection)
}

/**
 * Makes the client reconnect when a replica refuses a write, and sends the script once more. No other failed
 * call is sent again: only READONLY says for certain that nothing was written, and a guess must not be counted
 * twice. Concurrent calls share one reconnection.
 */
function sendAgainWhenReadOnly(run: RunScript, connection: Connection): RunScript {
  const { reconnect } = connection
  let underWay: Promise<void> | undefined
  return async (...call) => {
    try {
      return await run(...call)
    } catch (err) {
      if (!isReadOnly(err)) throw err
      if (reconnect === undefined) throw readOnlyError(err, UNKNOWN_CLIENT)
    }
    underWay ??= reconnect().finally(() => {
      underWay = undefined
    })
    await underWay
    try {
      return await run(...call)
    } catch (err) {
      throw isReadOnly(err) ? readOnlyError(err, STILL_READ_ONLY) : err
    }
  }
}

const STILL_READ_ONLY =
  'The store has made the client reconnect, and the new connection leads to a replica too. The next request ' +
  'makes it reconnect again. If this lasts, connect the client to the primary.'

const UNKNOWN_CLIENT =
  'The store cannot make this client reconnect: it has to find the new primary by itself. If this lasts, ' +
  'connect the client to the primary.'

/** Before version 7, Redis puts its own words before the error that a command of a script returns. */
function isReadOnly(err: unknown): err is Error {
  return err instanceof Error && /^READONLY |: -READONLY /.test(err.message)
}

function readOnlyError(cause: Error, what: string): Error {
  const message = `Redis is a read-only replica, as after a failover. ${what} It answered: ${cause.message}`
  return new Error(message, { cause })
}
