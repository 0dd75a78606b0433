import type { SubjectId, VerifyDone } from '../passport/types.js'
import type { Exchange } from './exchange.js'

interface VerifyResult {
  /** Falsy for no user. */
  readonly user: Express.User | false | null | undefined
  readonly info: object
}

/**
 * Calls the application's verify function and waits for its first settlement: `done` or the promise.
 *
 * `done` is always passed as the last argument, because NestJS takes the last one, declares none and returns
 * a promise of `undefined` after calling it. A promise of `undefined` means "no user", unless the function
 * declares `done`: then it may be an `async` function that calls `done` later.
 */
export function callVerify({ settings, req }: Exchange, who: SubjectId): Promise<VerifyResult> {
  const args = settings.passReqToCallback ? [req, who] : [who]
  const verify = settings.verify as (...args: unknown[]) => unknown
  const declaresDone = verify.length > args.length

  return new Promise((resolve, reject) => {
    const done: VerifyDone = (err, user, info) => {
      if (err) reject(err)
      else resolve({ user, info: asObject(info) })
    }
    const returned = verify(...args, done)
    if (isThenable(returned)) {
      returned.then((user) => {
        if (user !== undefined || !declaresDone) resolve({ user, info: {} })
      }, reject)
    } else if (verify.length === args.length || (!declaresDone && isResult(returned))) {
      // It has no parameter for `done` or has returned a user, so it does not call it: nothing would answer the request.
      reject(new TypeError('The verify function must return a promise, or take done and call it'))
    }
  })
}

/**
 * Whether a value is a user, or means that there is none. A function that takes its arguments as a list may return what
 * its database driver did, and call `done` later: that is an object of a class.
 */
function isResult(returned: unknown): boolean {
  if (typeof returned !== 'object') return returned === false
  return returned === null || Object.getPrototypeOf(returned) === Object.prototype
}

function asObject(info: object | string | undefined): object {
  if (typeof info === 'string') return { message: info }
  return info ?? {}
}

function isThenable(value: unknown): value is PromiseLike<VerifyResult['user']> {
  return typeof (value as PromiseLike<unknown> | undefined)?.then === 'function'
}
