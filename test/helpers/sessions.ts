import type { RequestHandler } from 'express'
import session, { type SessionData } from 'express-session'
import type { Response } from 'supertest'

/** The pending state as it is stored in a session, for tests that edit sessions. */
export type StoredPending = Record<string, unknown>

/** express-session as most applications use it. */
export function sessions(store?: session.Store): RequestHandler {
  const given = store && { store }
  return session({ secret: 'cats', resave: false, saveUninitialized: false, ...given })
}

/** The sessions of an application, with a way to edit them, as an attacker with access to the store could. */
export class Sessions {
  readonly store = new session.MemoryStore()
  readonly middleware = sessions(this.store)

  async all(): Promise<Record<string, SessionData & Record<string, unknown>>> {
    return new Promise((resolve, reject) => {
      this.store.all((err, sessions) => {
        if (err) reject(err)
        else resolve(Object(sessions))
      })
    })
  }

  /** The only session there is. */
  async only(): Promise<SessionData & Record<string, unknown>> {
    const sessions = Object.values(await this.all())
    if (sessions.length !== 1) throw new Error(`${sessions.length} sessions`)
    return sessions[0] as SessionData & Record<string, unknown>
  }

  /** Changes every session. */
  async edit(change: (session: Record<string, unknown>) => void): Promise<void> {
    for (const [sid, data] of Object.entries(await this.all())) {
      change(data)
      await new Promise<void>((resolve, reject) => {
        this.store.set(sid, data, (err) => (err ? reject(err) : resolve()))
      })
    }
  }

  clear(): Promise<void> {
    return new Promise((resolve) => this.store.clear(() => resolve()))
  }

  async pending(key = 'email-otp'): Promise<StoredPending> {
    return { ...((await this.only())[key] as StoredPending) }
  }

  /** Writes a pending state into every session, or edits the one that is there. */
  plant(changes: StoredPending, key = 'email-otp'): Promise<void> {
    return this.edit((data) => {
      data[key] = { ...(data[key] as StoredPending | undefined), ...changes }
    })
  }
}

/** The cookies of a response, as a request sends them, to put old ones back. */
export function cookiesOf(response: Response): string {
  const set = response.get('Set-Cookie') ?? []
  return set.map((cookie) => cookie.replace(/;.*/, '')).join('; ')
}
