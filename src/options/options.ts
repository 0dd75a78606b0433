import type { EmailOtpEvent } from '../events.js'
import type { Catalogue } from '../languages/catalogue.js'
import type { SendCode } from '../mail/send-code.js'
import type { Request, RequestLike, SubjectId } from '../passport/types.js'
import type { ChallengeStore } from '../stores/store.js'
import type { TrustedBrowserOptions } from './trusted-browsers.js'

/**
 * A secret as text (its UTF-8 bytes count) or as bytes. Text must have no white space at its ends, as a file's line
 * end. Bytes are used unchanged, so trim what you read from a file.
 */
export type Secret = string | Uint8Array

type MaybePromise<T> = T | PromiseLike<T>

/** The address of a user, with the language that the user reads, if the application knows it. */
export interface UserEmail {
  readonly email: string | null | undefined
  /** A language tag, such as `pt-BR` or `de_AT`. It decides the language of the mail, and of nothing else. */
  readonly locale?: string | null | undefined
}

interface CommonOptions<Subject extends SubjectId, Req extends RequestLike> {
  /**
   * Makes the codes: at least 32 bytes and 8 different ones (`openssl rand -base64 32`). Required.
   * An array rotates: the first secret makes new codes, the others still check codes that were sent before.
   */
  readonly secret: Secret | readonly (Secret | undefined)[] | undefined
  /**
   * Makes the keys that addresses are counted under. Default: the `secret`, where it is a single one.
   * Required beside an array, because counts must survive a rotation. Strategies that share a store must
   * have the same one.
   */
  readonly counterSecret?: Secret | undefined
  /** Delivers a code: `mailer({ … })`, or your own function for any other channel. Required. */
  readonly sendCode: SendCode<Req>
  /**
   * Where challenges and counts are kept. Default: a new `MemoryStore` for this strategy. Its data is lost at each
   * restart, so in production pass a `SqliteStore` (one server), `RedisStore` or `PostgresStore`.
   */
  readonly store?: ChallengeStore | undefined
  /** Digits of a code, 6 to 10. Default 6. After wrong guesses at an address its codes are longer. */
  readonly digits?: number | undefined
  /** Lifetime of a code in seconds, 60 to 600. Default 600 (10 minutes, the limit of OWASP ASVS 5.0, 6.5.5). */
  readonly ttlSeconds?: number | undefined
  /** Guesses at one code, 1 to 10. Default 5. */
  readonly maxAttempts?: number | undefined
  /** Minimum seconds between two mails of one code, 10 to 300, at most half of `ttlSeconds`. Default 30. */
  readonly resendAfterSeconds?: number | undefined
  /** Mails to one address in any hour that no sign-in followed, 1 to 20. Default 5. */
  readonly maxSendsPerHour?: number | undefined
  /**
   * Mails to one address in any 24 hours that no sign-in followed, from `maxSendsPerHour` to 23 more than
   * that. Default 20. Together with `maxAttempts` at most 200 guesses a day.
   */
  readonly maxSendsPerDay?: number | undefined
  /** How long the store may take to answer, 1 to 10 seconds. Default 2. */
  readonly storeTimeoutSeconds?: number | undefined
  /** The field of the body that holds the address. Default `'email'`. */
  readonly emailField?: string | undefined
  /** The field of the body that holds the code. Default `'code'`. */
  readonly codeField?: string | undefined
  /**
   * Where the pending state is kept between the two requests. `'session'` (default): in `req.session`, so
   * that only the browser that requested the code can answer. `'token'`, for clients without cookies: with
   * the client, encrypted, as `info.challengeToken`, which it sends back in a JSON body. Such a strategy
   * neither reads nor writes a session.
   */
  readonly pendingIn?: 'session' | 'token' | undefined
  /** The property of `req.session` that holds the pending state. Default: the strategy's name. */
  readonly sessionKey?: string | undefined
  /**
   * The strategy's name, in Passport and in every code: a code issued under one name is not valid under
   * another. Default `'email-otp'`. Two strategies in one application need two names.
   */
  readonly name?: string | undefined
  /**
   * The application's public origin, such as `https://app.example.com`. Where it is configured, a POST from
   * a browser that sends no `Sec-Fetch-Site` is rejected if its `Origin` is another one.
   */
  readonly origin?: string | undefined
  /**
   * Other origins whose pages may post to the application: of web pages, of an application's shell
   * (`capacitor://localhost`, `ionic://localhost`, `tauri://localhost`) or of an extension
   * (`chrome-extension://…`). Each is compared as a whole string. Default: none.
   */
  readonly trustedOrigins?: readonly string[] | undefined
  /**
   * Restricts sign-ins to known users. A falsy result means that no mail is sent, and changes nothing else,
   * so that the answer does not tell who has an account. It is called after the request was answered, and
   * again when a code matches. `sendCode` receives its result as `account`, and the mail is written in the
   * language of `account.locale`, if there is one and the strategy speaks it.
   */
  readonly allowEmail?: ((email: string, req: Req) => unknown) | undefined
  /**
   * Folds the spellings that are one account in your application (dots, `+tags`) for counts and send limits:
   * takes an address and returns the spelling that stands for all of them. Mail is still sent to the
   * address that was typed.
   */
  readonly accountKey?: ((email: string) => string) | undefined
  /**
   * Whether a browser that has proven an address gets a cookie (180 days) that gives it a send limit of its
   * own there, which strangers cannot use up. Default `true`; not available with `pendingIn: 'token'`.
   */
  readonly knownBrowsers?: boolean | undefined
  /**
   * Whether the request for a code came with a solved CAPTCHA. Such requests have a send limit of their own,
   * as large as the others. Only `true` counts: do not return the response of a CAPTCHA service unchanged.
   * Called once for each request that does not come from a known browser. Default: no request did.
   */
  readonly captchaPassed?: ((req: Req) => boolean | PromiseLike<boolean>) | undefined
  /**
   * The address that codes are sent to, instead of one from the body, which is then never read: the address
   * of the user who is signed in or has just given a password. Return `{ email, locale }` to write the mail
   * in that user's language. A falsy address is answered with `not_signed_in`.
   */
  readonly emailFromRequest?:
    | ((req: Req) => MaybePromise<string | UserEmail | null | undefined>)
    | undefined
  /**
   * The id of the user that a code belongs to. The code is bound to it, the verify function receives it as
   * `who`, and where the second request has a user too, it must be the same one. Needs `emailFromRequest`.
   * Without a result, a request for a code is answered with `not_signed_in`.
   */
  readonly subjectFromRequest?: ((req: Req) => MaybePromise<Subject | null | undefined>) | undefined
  /**
   * Lets users skip the code after the password on browsers that they trust, for some days. Needs
   * `subjectFromRequest`; not available with `pendingIn: 'token'`. Default: a code after each password.
   */
  readonly trustedBrowsers?: TrustedBrowserOptions<Subject> | undefined
  /**
   * What codes can be issued for besides signing in, each with its words for the mail:
   * `{ 'change-email': 'change your e-mail address' }`. A route names one as `purpose`, and a code issued
   * for one purpose is rejected for any other. Names: lower-case letters, digits, hyphens. With several
   * `languages`, the words by language tag: `{ 'change-email': { en: '…', de: '…' } }`.
   */
  readonly purposes?:
    | Readonly<Record<string, string | Readonly<Record<string, string>>>>
    | undefined
  /**
   * The languages of mails, pages and `info.message`: `[de, ptBR]`, each imported from
   * `passport-email-otp/languages/…`. The first one is used where the user wants none of them. Default: English.
   */
  readonly languages?: readonly Catalogue[] | undefined
  /**
   * The language of a request as a tag, such as `pt-BR`: from a cookie, the URL or the user's settings. It is
   * called for each request, it must return synchronously, and it must not depend on the address that was typed,
   * because the language of an answer would tell who has an account. Where it returns nothing, or a language that
   * is not listed, the language of the pending code is kept; without one, `Accept-Language` decides.
   */
  readonly locale?: ((req: Req) => string | null | undefined) | undefined
  /**
   * Returns what to keep between the two requests (an invite, a return URL), or a promise of it: JSON, at
   * most 1024 bytes. It comes back as `remembered`, in `proven(req)` and in `info`. When a code is requested
   * again for the same address, `undefined` keeps the earlier value and `null` drops it.
   */
  readonly remember?: ((req: Req) => unknown) | undefined
  /**
   * Keeps the process running for work after the answer, on hosts that freeze it there. Called before the
   * answer with a function that does the work: with `allowEmail` it asks that and sends the mail; without, it waits
   * for a mail that took longer than 10 seconds. Next's `after`, or `(task) => waitUntil(task())` on Vercel. The
   * task waits for the answer itself, and its promise never rejects. If this function throws, or does not run the task within 5 seconds, the strategy
   * runs it and emits a process warning. Default: the strategy runs it.
   */
  readonly afterResponse?: ((task: () => Promise<void>, req: Req) => unknown) | undefined
  /** Receives events, for logs and alerts. They hold neither code nor address; what it throws is ignored. */
  readonly onEvent?: ((event: EmailOtpEvent, req: Req) => unknown) | undefined
}

/**
 * Options of the strategy, validated once, at construction: a wrong, missing or unknown option is a
 * `TypeError` that names it. No value switches a limit off.
 *
 * `Subject` is the type of a user's id where `subjectFromRequest` is configured; `Req` is the type of the
 * request that your functions receive.
 */
export interface EmailOtpOptions<
  Subject extends SubjectId = string,
  Req extends RequestLike = Request,
> extends CommonOptions<Subject, Req> {
  /** Whether the verify function receives the request as its first argument. Default false. */
  readonly passReqToCallback?: false | undefined
}

/** The same options, for a verify function that receives the request first. */
export interface EmailOtpOptionsWithRequest<
  Subject extends SubjectId = string,
  Req extends RequestLike = Request,
> extends CommonOptions<Subject, Req> {
  readonly passReqToCallback: true
}

/** Either of the two. */
export type AnyEmailOtpOptions<
  Subject extends SubjectId = string,
  Req extends RequestLike = Request,
> = EmailOtpOptions<Subject, Req> | EmailOtpOptionsWithRequest<Subject, Req>
