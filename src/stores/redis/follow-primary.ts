import { watchSilence } from '../silence.js'
import type { RunScript } from './client.js'
import type { Connection } from './connection.js'

/**
 * Keeps the client connected to the primary. After a failover both node-redis and ioredis otherwise stay
 * connected to the old primary, which has become a replica, or does not answer any more.
 *
 * A call that a replica refuses is sent once more. No other failed call is sent again: only READONLY says for
 * certain that nothing was written, and a guess must not be counted twice. While the client connects anew because
 * of one call, the others wait for it.
 */
export function followPrimary(run: RunScript, { reconnect, replace }: Connection): RunScript {
  let connecting: Promise<void> | undefined
  const connectAnew = (start: () => Promise<void>) => {
    connecting ??= start().finally(() => {
      connecting = undefined
    })
    return connecting
  }
  const whenSilent = replace && (() => void connectAnew(replace))
  const send: RunScript = async (...call) => {
    await connecting
    return watchSilence(() => run(...call), whenSilent)
  }

  return async (...call) => {
    try {
      return await send(...call)
    } catch (err) {
      if (!isReadOnly(err)) throw err
      if (reconnect === undefined) throw readOnlyError(err, UNKNOWN_CLIENT)
    }
    await connectAnew(reconnect)
    try {
      return await send(...call)
    } catch (err) {
      throw isReadOnly(err) ? readOnlyError(err, STILL_READ_ONLY) : err
    }
  }
}

export const STILL_READ_ONLY =
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
