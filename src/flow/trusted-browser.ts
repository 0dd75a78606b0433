import { type KeyObject, timingSafeEqual } from 'node:crypto'
import { macOfFields } from '../challenge/mac.js'
import { cookieName, readCookies, setCookie } from '../http/cookies.js'
import { canSetHeaders } from '../http/response.js'
import { LOGIN } from '../options/purposes.js'
import type { Proof, SubjectId } from '../passport/types.js'
import { describeSecret } from '../util/describe.js'
import { redactError } from '../util/redact.js'
import { setUpError } from '../util/set-up-error.js'
import { addressHashOf } from './address-hash.js'
import { isAllowed } from './allow-email.js'
import type { RouteOptions } from './authenticate-options.js'
import { emitEvent } from './emit-event.js'
import type { Exchange } from './exchange.js'
import { userOfRequest } from './recipient.js'
import { isSignedInBySession } from './renew-session.js'

/**
 * The cookie of a browser on which a user skips the second factor: the second in which the user entered a code there,
 * and a MAC of that second, the strategy's name, the user, the hash of the address and the application's version for
 * this user. It replaces no first factor.
 */
const TIME_BYTES = 6
/** The time and a MAC of 32 bytes, in base64url. */
const COOKIE = /^[\w-]{51}$/

const DAY_MS = 24 * 60 * 60 * 1000

/** Characters. A version is a number or a short text; a longer one is a mistake. */
const MAX_VERSION_LENGTH = 255

/** A user, as a cookie names one. */
interface TrustingUser {
  readonly email: string
  readonly subject: SubjectId
}

/** The user who may skip the second factor now. */
export interface TrustedUser extends TrustingUser {
  readonly addressHash: string
  readonly secondsSinceTrusted: number
}

/** Whether a page offers to trust the browser: where its code is a second factor. */
export function canBeTrusted(
  { settings, req }: Pick<Exchange, 'settings' | 'req'>,
  purpose: string,
): boolean {
  // A code for a user who is signed in by the session confirms something.
  return settings.trustedBrowsers !== undefined && purpose === LOGIN && !isSignedInBySession(req)
}

/**
 * The user whose second factor this request may skip, or `undefined` where a code is required.
 *
 * - Only a pinned step: in an array of strategies a request could reach this one by failing at another.
 * - Only a user whom the request itself names. A "send again" without the password names none.
 * - `passport.authorize` would reach its handler without a code.
 */
export async function findTrustedUser(
  exchange: Exchange,
  { step, purpose, signsIn }: Pick<RouteOptions, 'step' | 'purpose' | 'signsIn'>,
): Promise<TrustedUser | undefined> {
  const { settings, req } = exchange
  if (step !== 'request' || !signsIn || !canBeTrusted(exchange, purpose)) return undefined
  const cookies = readCookies(req, cookieName(settings.name, 'trusted'))
  const trusted = cookies.flatMap((cookie) => {
    const at = trustedAt(exchange, cookie)
    return at === undefined ? [] : [{ cookie, at }]
  })
  const user = trusted.length === 0 ? undefined : await userOfRequest(exchange)
  const version = user && (await versionFor(exchange, user))
  if (!user || version === undefined) return undefined
  const addressHash = addressHashOf(exchange, user.email)
  const found = trusted.find(({ cookie, at }) =>
    settings.codeKeys.some(({ trustKey }) => {
      const ours = cookieOf(exchange, trustKey, { subject: user.subject, addressHash, version, at })
      return timingSafeEqual(Buffer.from(cookie), Buffer.from(ours))
    }),
  )
  // An error of `allowEmail` is in its event. The user can still enter a code.
  if (!found || !(await isAllowed(exchange, user.email).catch(() => false))) return undefined
  const secondsSinceTrusted = Math.floor(Date.now() / 1000) - found.at
  return { ...user, addressHash, secondsSinceTrusted }
}

/**
 * Makes the browser a trusted one, if the user has ticked it and the code was a second factor. Sets no cookie where the
 * host sets no response on the request.
 */
export async function trustBrowser(
  exchange: Exchange,
  { email, subject, purpose }: Proof<SubjectId>,
  ticked: unknown,
): Promise<void> {
  const { settings, req } = exchange
  const { trustedBrowsers, name } = settings
  // What a form and a JSON client send. Any other value may be a mistake, such as the text "false".
  const isTicked = ticked === true || ticked === 'on'
  if (!isTicked || !trustedBrowsers || subject === null) return
  if (!canBeTrusted(exchange, purpose) || !canSetHeaders(req)) return
  const version = await versionFor(exchange, { email, subject })
  if (version === undefined) return
  const addressHash = addressHashOf(exchange, email)
  const at = Math.floor(Date.now() / 1000)
  const { trustKey } = settings.codeKeys[0]
  const value = cookieOf(exchange, trustKey, { subject, addressHash, version, at })
  const lifetimeSeconds = (trustedBrowsers.days * DAY_MS) / 1000
  setCookie(req, { name: cookieName(name, 'trusted'), value, lifetimeSeconds })
}

/**
 * When a cookie says that it was made, in seconds since 1970, or `undefined` if it is no cookie of today's length of
 * trust. A time in the future is refused: with a clock that was set back, trust would last longer than it says.
 */
function trustedAt({ settings }: Exchange, cookie: string): number | undefined {
  if (!settings.trustedBrowsers || !COOKIE.test(cookie)) return undefined
  const at = Buffer.from(cookie, 'base64url').readUIntBE(0, TIME_BYTES)
  const ageMs = Date.now() - at * 1000
  return ageMs >= 0 && ageMs < settings.trustedBrowsers.days * DAY_MS ? at : undefined
}

interface Trust {
  readonly subject: SubjectId
  readonly addressHash: string
  readonly version: string
  /** When it was given, in seconds since 1970. */
  readonly at: number
}

/**
 * The one cookie for this trust. Its key follows from `secret`: where that has leaked and was removed, nobody can make
 * a cookie with it. (`counterSecret` outlives a rotation, and may be the secret that has leaked.)
 */
function cookieOf(
  { settings }: Exchange,
  key: KeyObject,
  { subject, addressHash, version, at }: Trust,
): string {
  const time = Buffer.alloc(TIME_BYTES)
  time.writeUIntBE(at, 0, TIME_BYTES)
  const texts = [settings.name, String(subject), addressHash, version]
  const mac = macOfFields(key, [...texts.map((text) => Buffer.from(text)), time])
  return Buffer.concat([time, mac]).toString('base64url')
}

/** The application's version for a user, as text. `undefined` means that no browser of this user is trusted. */
async function versionFor(
  exchange: Exchange,
  { email, subject }: TrustingUser,
): Promise<string | undefined> {
  const { settings } = exchange
  try {
    const version: unknown = await settings.trustedBrowsers?.version(subject)
    if (version === undefined || version === null || version === '') return undefined
    const isText = typeof version === 'string' && version.length <= MAX_VERSION_LENGTH
    if (isText || Number.isFinite(version)) return String(version)
    // The value is not repeated, because it may be the hash of a password.
    throw setUpError(
      `trustedBrowsers.version must return text of at most ${MAX_VERSION_LENGTH} characters or a finite ` +
        `number; got ${describeSecret(version)}`,
      'docs/guides/trusted-browsers.md',
    )
  } catch (err) {
    const addressHash = addressHashOf(exchange, email)
    emitEvent(exchange, { type: 'trust_failed', addressHash, error: redactError(err, { email }) })
    return undefined
  }
}
