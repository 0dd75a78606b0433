import type { ChallengeStore } from 'passport-email-otp'
import type { Smtp } from '../../helpers/smtp.js'
import type { WorldOptions } from '../../helpers/world.js'
import type { WatchedSessions } from './watched-sessions.js'

/** A state of the broken part, and how a code must be answered in it. */
export interface Phase {
  readonly name: string
  /** Brings the part into this state. Returns once it is in it. */
  readonly enter: () => unknown
  /** How the first wrong code is answered: a `reason`, an error's code or a status. Not given where it varies. */
  readonly wrong?: string
  /** How a right code is answered. */
  readonly right?: string
  /**
   * The codes are requested in this phase and not before all of them, because these requests use the part. They
   * hang until a later phase or the repair, or they end.
   */
  readonly requests?: 'hang' | 'end'
  /** The mail server refuses the mails. Their addresses then wait as after a mail. */
  readonly isRefused?: boolean
}

/** What a part can break beside the store. */
export interface Around {
  readonly sessions: WatchedSessions
  readonly smtp: Smtp
}

/** One part of the application, and what is broken about it. */
export interface BrokenPart {
  readonly store: ChallengeStore
  readonly options?: Omit<WorldOptions, 'store' | 'session' | 'sendCode'>
  /** One after the other. Each is attacked. */
  readonly phases: readonly Phase[]
  /** Returns once the part works again. */
  readonly repair: () => unknown
}

export interface Scenario {
  readonly name: string
  /** Takes long, or differs little from another one, so that it only runs when asked for. */
  readonly isLong?: boolean
  readonly setUp: (around: Around) => BrokenPart | Promise<BrokenPart>
}

export type Said = Required<Pick<Phase, 'wrong' | 'right'>>

/** A state in which the store works as usual. */
export const WORKS = { wrong: 'invalid_code', right: 'signed in' }
/** A state in which the store answers no code. */
export const FAILS = { wrong: 'store_failed', right: 'store_failed' }
/** A state in which the codes from before are lost. */
export const FORGETS = { wrong: 'no_pending_code', right: 'no_pending_code' }
/** A state in which the codes from before have expired. */
export const EXPIRED = { wrong: 'expired_code', right: 'expired_code' }
/** For parts that do not answer. */
export const SOON = { storeTimeoutSeconds: 1 }
