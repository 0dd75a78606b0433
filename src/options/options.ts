import type { EmailOtpEvent } from '../events.js'
import type { Catalogue } from '../languages/catalogue.js'
import type { SendCode } from '../mail/send-code.js'
import type { Request, RequestLike, SubjectId } from '../passport/types.js'
import type { ChallengeStore } from '../stores/store.js'
import type { LimitOptions } from './limit-options.js'
import type { RecipientOptions } from './recipient-options.js'

/**
 * A secret as text (its UTF-8 bytes count) or as bytes. Text must have no white space at its ends, as a file's line
 * end. Bytes are used unchanged, so trim what you read from a file.
 */
export type Secret = string | Uint8Array

/** The first paragraph, the default, the range and the page of each option are a row of docs/reference/options.md. */
interface CommonOptions<Subject extends SubjectId, Req extends RequestLike>
  extends LimitOptions,
    RecipientOptions<Subject, Req> {
  /**
   * Makes the codes: `openssl rand -base64 32`. An array rotates: the first secret makes new codes, the others still
   * check codes that were sent before.
   * @range 32 bytes or more, 8 different ones
   * @see docs/operations/secrets.md
   */
  readonly secret: Secret | readonly (Secret | undefined)[] | undefined
  /**
   * Makes the keys that addresses are counted under. Required beside an array of secrets, because counts must survive
   * a rotation. Strategies that share a store must have the same one.
   * @defaultValue the `secret`
   * @range 32 bytes or more, 8 different ones
   * @see docs/operations/secrets.md
   */
  readonly counterSecret?: Secret | undefined
  /**
   * Delivers a code: `mailer({ … })`, or your own function for any other channel.
   * @range a function
   * @see docs/guides/other-channels.md
   */
  readonly sendCode: SendCode<Req>
  /**
   * Where challenges and counts are kept. The default loses them at each restart, so in production pass a
   * `SqliteStore` (one server), `RedisStore` or `PostgresStore`.
   * @defaultValue a `MemoryStore` of its own
   * @range has `open`, `attempt`, `cancel`
   * @see docs/stores/which-store.md
   */
  readonly store?: ChallengeStore | undefined
  /**
   * The field of the body that holds the address. A name, not a path: `user[email]` does not look into `user`.
   * @defaultValue `'email'`
   * @range a name, not `pendingId`, `trustBrowser` or `challengeToken`
   */
  readonly emailField?: string | undefined
  /**
   * The field of the body that holds the code.
   * @defaultValue `'code'`
   * @range a name, not that of `emailField`, `pendingId`, `trustBrowser` or `challengeToken`
   */
  readonly codeField?: string | undefined
  /**
   * Where the pending state is kept between the two requests: in `req.session`, so that only the browser that
   * requested the code can answer, or, for clients without cookies, in an encrypted token.
   *
   * The client receives the token as `info.challengeToken`, and sends it back in a JSON body. Such a strategy neither
   * reads nor writes a session.
   * @defaultValue `'session'`
   * @range `'session'` or `'token'`
   * @see docs/guides/without-cookies.md
   */
  readonly pendingIn?: 'session' | 'token' | undefined
  /**
   * The property of `req.session` that holds the pending state.
   * @defaultValue the `name`
   * @range a name that Passport doesn't use
   */
  readonly sessionKey?: string | undefined
  /**
   * The strategy's name, in Passport and in every code: a code issued under one name is not valid under
   * another. Two strategies in one application need two names.
   * @defaultValue `'email-otp'`
   * @range a name
   * @see docs/operations/several-strategies.md
   */
  readonly name?: string | undefined
  /**
   * The application's public origin. Where it is configured, a POST from a browser that sends no `Sec-Fetch-Site` is
   * rejected if its `Origin` is another one, and mails say on which host to enter the code.
   * @range a bare origin: `https://app.example.com`
   */
  readonly origin?: string | undefined
  /**
   * Other origins whose pages may post to the application: of web pages, of an application's shell
   * (`capacitor://localhost`, `ionic://localhost`, `tauri://localhost`) or of an extension
   * (`chrome-extension://…`).
   *
   * Each is compared as a whole string.
   * @range an array of bare origins
   */
  readonly trustedOrigins?: readonly string[] | undefined
  /**
   * What codes can be issued for besides signing in, each with its words for the mail:
   * `{ 'change-email': 'change your e-mail address' }`.
   *
   * A route names one as `purpose`, and a code issued for one purpose is rejected for any other. Names: lower-case
   * letters, digits, hyphens. With several `languages`, the words by language tag:
   * `{ 'change-email': { en: '…', de: '…' } }`.
   * @defaultValue `{}`
   * @range names with their words, in each of the `languages`
   * @see docs/guides/confirm-sensitive-actions.md
   */
  readonly purposes?:
    | Readonly<Record<string, string | Readonly<Record<string, string>>>>
    | undefined
  /**
   * The languages of pages, mails and `info.message`: `[de, ptBR]`, each imported from
   * `passport-email-otp/languages/…`. The first one is used where the user wants none of them.
   * @defaultValue English
   * @range an array of catalogues
   * @see docs/guides/languages.md
   */
  readonly languages?: readonly Catalogue[] | undefined
  /**
   * The language of a request as a tag, such as `pt-BR`: from a cookie, the URL or the user's settings. Where it
   * returns nothing, or a language that is not listed, the language of the pending code is kept; without one,
   * `Accept-Language` decides.
   *
   * It is called for each request, it must return synchronously, and it must not depend on the address that was
   * typed, because the language of an answer would tell who has an account.
   */
  readonly locale?: ((req: Req) => string | null | undefined) | undefined
  /**
   * Returns what to keep between the two requests (an invite, a return URL), or a promise of it: JSON, at
   * most 1024 bytes.
   *
   * It comes back as `remembered`, in `proven(req)` and in `info`. When a code is requested again for the same
   * address, `undefined` keeps the earlier value and `null` drops it.
   * @see docs/guides/keep-data.md
   */
  readonly remember?: ((req: Req) => unknown) | undefined
  /**
   * Keeps the process running for work after the answer, on hosts that freeze it there: Next's `after`, or
   * `(task) => waitUntil(task())` on Vercel.
   *
   * Called before the answer with a function that does the work: with `allowEmail` it asks that and sends the mail;
   * without, it waits for a mail that took longer than 10 seconds. The task waits for the answer itself, and its
   * promise never rejects. If this function throws, or does not run the task within 5 seconds, the strategy runs it
   * and emits a process warning. By default the strategy runs it.
   * @see docs/operations/serverless.md
   */
  readonly afterResponse?: ((task: () => Promise<void>, req: Req) => unknown) | undefined
  /**
   * Receives events, for logs and alerts. They hold neither code nor address; what it throws is ignored.
   * @see docs/reference/events.md
   */
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
  /**
   * Whether the verify function receives the request as its first argument.
   * @defaultValue `false`
   */
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
