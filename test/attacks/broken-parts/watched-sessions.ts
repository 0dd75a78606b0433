import { AsyncLocalStorage } from 'node:async_hooks'
import type { RequestHandler } from 'express'
import session from 'express-session'
import type { ChallengeStore } from 'passport-email-otp'

const current = new AsyncLocalStorage<string[]>()

/** Notes, for each request, what it calls. A request names itself in a header. */
export class Traces {
  readonly #byRequest = new Map<string, string[]>()

  readonly middleware: RequestHandler = (req, _res, next) => {
    const calls: string[] = []
    this.#byRequest.set(String(req.headers['x-request']), calls)
    current.run(calls, next)
  }

  /** Returns what a request has called until the store answered, or until its end if the store did not. */
  untilAnswered(request: string): string {
    const calls = this.#byRequest.get(request) ?? []
    const answered = calls.indexOf('answered')
    return (answered < 0 ? calls : calls.slice(0, answered)).join(', ')
  }
}

export function note(call: string): void {
  current.getStore()?.push(call)
}

/** Notes the calls of a store, and when it has answered a guess. */
export function noted(store: ChallengeStore): ChallengeStore {
  return {
    open: (request) => {
      note('open')
      return store.open(request)
    },
    attempt: (request) => {
      note('attempt')
      return store.attempt(request).finally(() => note('answered'))
    },
    cancel: (request) => {
      note('cancel')
      return store.cancel(request)
    },
  }
}

type Verb = 'get' | 'set' | 'destroy'
type Callback = (err?: unknown, data?: session.SessionData | null) => void

/** Sessions of express-session in memory, whose store can fail or be slow. */
export class WatchedSessions extends session.MemoryStore {
  readonly failing = new Set<Verb>()
  delayMs = 0

  override get(sid: string, callback: Callback): void {
    this.#run('get', callback, (done) => super.get(sid, done))
  }

  override set(sid: string, data: session.SessionData, callback: Callback = () => {}): void {
    this.#run('set', callback, (done) => super.set(sid, data, done))
  }

  override destroy(sid: string, callback: Callback = () => {}): void {
    this.#run('destroy', callback, (done) => super.destroy(sid, done))
  }

  lose(): Promise<void> {
    return new Promise((resolve) => this.clear(() => resolve()))
  }

  #run(verb: Verb, callback: Callback, run: (done: Callback) => void): void {
    note(`session ${verb}`)
    const answer = () => {
      if (this.failing.has(verb)) callback(new Error('the session store is down'))
      else run(callback)
    }
    if (this.delayMs === 0) answer()
    else setTimeout(answer, this.delayMs)
  }
}
