import type { EmailOtpEvent } from '../events.js'
import type { SendCode } from '../mail/send-code.js'
import type { Request } from '../passport/types.js'
import type { ChallengeStore } from '../stores/store.js'

/** A secret as text (its UTF-8 bytes count) or as bytes. */
export type Secret = string | Uint8Array

type MaybePromise<T> = T | PromiseLike<T>

interface CommonOptions {
  /**
   * Makes the codes: at least 32 bytes and 8 different ones (`openssl rand -base64 32`). Required.
   * An array rotates: the first makes new codes, the others still check codes that are on their way.
   */
  readonly secret?: Secret | readonly (Secret | undefined)[] | undefined
  /**
   * Makes the keys that addresses are counted under. Defaults to the only `secret`; required beside an
   * array, because counts must survive a rotation. Strategies that share a store must share it.
   */
  readonly counterSecret?: Secret | undefined
  /** Delivers a code: `mailer({ … })`, or a function of your own for any other channel. Required. */
  readonly sendCode?: SendCode | undefined
  /** Where challenges and counts are kept. Default: a `MemoryStore` of this strategy's own. */
  readonly store?: ChallengeStore | undefined
  /** Digits of a code, 6 to 10. Default 6. After wrong guesses an address gets longer ones. */
  readonly digits?: number | undefined
  /** Life of a code in seconds, 60 to 600. Default 600 (10 minutes, the most that ASVS 6.5.5 allows). */
  readonly ttlSeconds?: number | undefined
  /** Guesses at one code, 1 to 10. Default 5. */
  readonly maxAttempts?: number | undefined
  /** Least seconds between two mails of one code, 10 to 300, at most half of `ttlSeconds`. Default 30. */
  readonly resendAfterSeconds?: number | undefined
  /** Unanswered mails to an address in any hour, 1 to 20. Default 5. */
  readonly maxSendsPerHour?: number | undefined
  /**
   * Unanswered mails to an address in any 24 hours, from `maxSendsPerHour` to 23 more than that.
   * Default 20. Together with `maxAttempts` at most 200 guesses a day.
   */
  readonly maxSendsPerDay?: number | undefined
  /** How long the store may take for an answer, 1 to 10 seconds. Default 2. */
  readonly storeTimeoutSeconds?: number | undefined
  /** The body's field with the address. Default `'email'`. */
  readonly emailField?: string | undefined
  /** The body's field with the code. Default `'code'`. */
  readonly codeField?: string | undefined
  /**
   * Where what is pending waits between the two requests. `'session'` (default): in `req.session`, so that
   * only the browser that asked can answer. `'token'`: with the client, sealed, as
   * `info.challengeToken`, to be sent back in a JSON body: for clients without cookies. Such a strategy
   * reads and writes no session.
   */
  readonly challenge?: 'session' | 'token' | undefined
  /** Where in `req.session` the pending challenge waits. Default: the strategy's name. */
  readonly sessionKey?: string | undefined
  /**
   * The strategy's name, in Passport and in every code: a code of one name is none for another.
   * Default `'email-otp'`. Two strategies in one application need two names.
   */
  readonly name?: string | undefined
  /**
   * The application's public address, as `https://app.example.com`. Where given, a POST from a browser that
   * sends no `Sec-Fetch-Site` is refused if its `Origin` is another.
   */
  readonly origin?: string | undefined
  /** Other origins whose pages may post here. Default: none. */
  readonly trustedOrigins?: readonly string[] | undefined
  /**
   * Known users only: a falsy answer means that no mail goes out, and nothing else changes, so that nobody
   * learns who has an account. Runs after the request was answered, and again when a code matched.
   * What it returns is handed to `sendCode` as `account`.
   */
  readonly allowEmail?: ((email: string, req: Request) => unknown) | undefined
  /**
   * Joins the spellings that are one account for the application (dots, `+tags`) in counts and sends:
   * gets an address and returns the spelling that stands for it. Mail still goes to what was typed.
   */
  readonly accountKey?: ((email: string) => string) | undefined
  /**
   * Whether a browser that has proven an address gets a cookie (180 days) that gives it sends of its own
   * there, which strangers can't use up. Default `true`; not with `challenge: 'token'`.
   */
  readonly knownDevices?: boolean | undefined
  /**
   * Whether the request for a code came with a solved CAPTCHA. Those have sends of their own, with the
   * same limits. Only `true` counts, and not the answer of a CAPTCHA service as it is. Called once for each
   * request that doesn't come from a known device. Default: none has.
   */
  readonly captchaPassed?: ((req: Request) => boolean | PromiseLike<boolean>) | undefined
  /**
   * Where codes go, instead of to an address from the body, which is then never read: the address of the
   * user who has just given a password, or is signed in. Nothing returned: `not_signed_in`.
   */
  readonly emailFromRequest?:
    | ((req: Request) => MaybePromise<string | null | undefined>)
    | undefined
  /**
   * The id of the user that a code belongs to. It is in the code, goes to the verify function as `who`,
   * and where the second request has a user too, it must be the same one. Needs `emailFromRequest`.
   * Nothing returned to a request for a code: `not_signed_in`.
   */
  readonly subjectFromRequest?:
    | ((req: Request) => MaybePromise<string | number | bigint | null | undefined>)
    | undefined
  /**
   * What codes may be for besides signing in, each with its words for the mail:
   * `{ 'change-email': 'change your e-mail address' }`. A route names one as `purpose`, and a code for
   * one serves no other. Names: lower-case letters, digits, hyphens.
   */
  readonly purposes?: Readonly<Record<string, string>> | undefined
  /**
   * What to keep between the two requests (an invite, the way back), or a promise of it: JSON, at most
   * 1024 bytes. It comes back as `remembered`, in `proven(req)` and in `info`. Where a code is asked for
   * again for the same address, `undefined` keeps what was there and `null` drops it.
   */
  readonly remember?: ((req: Request) => unknown) | undefined
  /** Hears what happens, for logs and alarms. Never a code, never an address; a throw changes nothing. */
  readonly onEvent?: ((event: EmailOtpEvent, req: Request) => unknown) | undefined
}

/**
 * Options of the strategy, read and checked once, at construction: a wrong, missing or unknown one is a
 * `TypeError` that names it. No value switches a limit off.
 */
export interface EmailOtpOptions extends CommonOptions {
  /** Whether the verify function gets the request as its first argument. Default false. */
  readonly passReqToCallback?: false | undefined
}

/** The same options, for a verify function that gets the request first. */
export interface EmailOtpOptionsWithRequest extends CommonOptions {
  readonly passReqToCallback: true
}

/** Either. */
export type AnyEmailOtpOptions = EmailOtpOptions | EmailOtpOptionsWithRequest
