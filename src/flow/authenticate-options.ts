import type { Typed } from '../http/body.js'
import { checkPurpose } from '../options/purposes.js'
import type { Settings } from '../options/settings.js'
import type { EmailOtpAuthenticateOptions } from '../passport/types.js'
import { describe } from '../util/describe.js'
import { requireOwn, wrongOption } from '../util/option-reader.js'
import { own, ownFields } from '../util/own.js'

/** The options of one route, validated. */
export interface RouteOptions {
  readonly step: 'request' | 'verify' | undefined
  readonly codeSentRedirect: string | undefined
  /** Whether the route answers with a redirect, after which the page needs the outcome. */
  readonly redirects: boolean
  readonly purpose: string
  /** Whether a right code signs in. `passport.authorize` only puts the result on the request. */
  readonly signsIn: boolean
}

const OWNER = 'passport.authenticate'
const NAMES = ['step', 'codeSentRedirect', 'purpose', 'assignProperty'] as const

/** Reads our options among Passport's. They are one object for all requests of a route and are never changed. */
export function readAuthenticateOptions(
  options: EmailOtpAuthenticateOptions,
  { purposes, pendingIn }: Pick<Settings, 'purposes' | 'pendingIn'>,
): RouteOptions {
  requireOwn(OWNER, options, NAMES)
  const { step, codeSentRedirect, purpose, assignProperty } = ownFields(options, NAMES)
  if (!isStep(step)) throw wrong('step', step, STEPS)
  if (codeSentRedirect !== undefined && typeof codeSentRedirect !== 'string') {
    throw wrong('codeSentRedirect', codeSentRedirect, 'a URL to redirect to')
  }
  if (codeSentRedirect !== undefined && pendingIn === 'token') {
    // A redirect has no body, so the client would never receive its token.
    throw wrong('codeSentRedirect', codeSentRedirect, 'left out with pendingIn "token"')
  }
  return {
    step,
    codeSentRedirect,
    redirects: codeSentRedirect !== undefined || failureRedirectOf(options) !== undefined,
    purpose: checkPurpose(purposes, purpose),
    signsIn: assignProperty === undefined,
  }
}

/** Passport's own `failureRedirect`, as Passport reads it: an empty one is none. */
export function failureRedirectOf(options: object): string | undefined {
  const url = own(options, 'failureRedirect')
  return typeof url === 'string' && url !== '' ? url : undefined
}

/** What `step` must be, in words. */
export const STEPS = '"request", "verify" or left out'

export function isStep(step: unknown): step is RouteOptions['step'] {
  return step === undefined || step === 'request' || step === 'verify'
}

function wrong(name: string, value: unknown, expected: string): TypeError {
  return wrongOption(OWNER, name, describe(value), expected)
}

/**
 * The step of a request: the one that the route pins, otherwise `verify` for a body that has the code field, and
 * `request` for any other.
 */
export function stepOf(
  { code }: Pick<Typed, 'code'>,
  pinned: RouteOptions['step'],
): 'request' | 'verify' {
  return pinned ?? (code === undefined ? 'request' : 'verify')
}
