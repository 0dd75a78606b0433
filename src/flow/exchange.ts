import type { EmailOtpInfo } from '../info.js'
import type { Catalogue } from '../languages/catalogue.js'
import type { Capture } from '../mail/captured-code.js'
import type { Settings } from '../options/settings.js'
import type { Proof, RequestLike, SubjectId } from '../passport/types.js'
import { sessionStorage } from '../pending/in-session.js'
import { tokenStorage } from '../pending/in-token.js'
import type { PendingStorage } from '../pending/storage.js'
import { once } from '../util/once-per.js'
import { Background } from './background.js'
import { Pressure } from './pressure.js'

/** Owns everything that lives as long as one strategy. */
export interface Core {
  readonly settings: Settings
  readonly storage: PendingStorage
  readonly pressure: Pressure
  readonly background: Background
  /** The tests that receive the codes instead of `sendCode`. */
  readonly captures: Set<Capture>
  /** The HMACs that several steps of a request need: hashes of addresses, by address, and public ids, by challenge. */
  readonly derived: WeakMap<RequestLike, Map<string, string>>
  /** What each request has proven. An entry lives as long as its request. */
  readonly proofs: WeakMap<RequestLike, Proof<SubjectId>>
  /** The outcome that each request has read: it is removed from the session by the first reading. */
  readonly outcomes: WeakMap<RequestLike, EmailOtpInfo | undefined>
}

/** One request to one strategy: every step of the flow receives it. */
export interface Exchange extends Core {
  readonly req: RequestLike
  /** The language that the request is answered in. */
  readonly catalogue: Catalogue
}

/** Derives a value once in a request. */
export function deriveOnce(
  { derived, req }: Pick<Exchange, 'derived' | 'req'>,
  name: string,
  derive: () => string,
): string {
  const ofRequest = once(derived, req, () => new Map<string, string>())
  return once(ofRequest, name, derive)
}

export function createCore(settings: Settings): Core {
  const { pendingIn } = settings
  return {
    settings,
    storage: pendingIn === 'session' ? sessionStorage(settings) : tokenStorage(settings),
    pressure: new Pressure(),
    background: new Background(),
    captures: new Set(),
    derived: new WeakMap(),
    proofs: new WeakMap(),
    outcomes: new WeakMap(),
  }
}
