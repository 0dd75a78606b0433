import { checkPurpose } from '../options/purposes.js'
import type { Settings } from '../options/settings.js'
import type { EmailOtpAuthenticateOptions } from '../passport/types.js'
import { describe } from '../util/option-reader.js'

export interface RouteOptions {
  readonly step: 'request' | 'verify' | undefined
  readonly codeSentRedirect: string | undefined
  readonly purpose: string
  /** Whether a right code signs in. `passport.authorize` only puts what was verified beside the user. */
  readonly signsIn: boolean
}

/** Reads our options among Passport's, which are one object for all requests of a route: never written to. */
export function readAuthenticateOptions(
  options: EmailOtpAuthenticateOptions & { readonly assignProperty?: unknown },
  { purposes, challenge }: Pick<Settings, 'purposes' | 'challenge'>,
): RouteOptions {
  const { step, codeSentRedirect, purpose, assignProperty } = options
  if (!isStep(step)) throw wrong('step', step, STEPS)
  if (codeSentRedirect !== undefined && typeof codeSentRedirect !== 'string') {
    throw wrong('codeSentRedirect', codeSentRedirect, 'a URL to redirect to')
  }
  if (codeSentRedirect !== undefined && challenge === 'token') {
    // A redirect has no body, and the client would never get its token.
    throw wrong('codeSentRedirect', codeSentRedirect, 'left out with challenge "token"')
  }
  return {
    step,
    codeSentRedirect,
    purpose: checkPurpose(purposes, purpose),
    signsIn: assignProperty === undefined,
  }
}

/** What `step` must be, in words. */
export const STEPS = '"request", "verify" or left out'

export function isStep(step: unknown): step is RouteOptions['step'] {
  return step === undefined || step === 'request' || step === 'verify'
}

function wrong(name: string, value: unknown, expected: string): TypeError {
  return new TypeError(
    `passport.authenticate: option "${name}" must be ${expected}; got ${describe(value)}`,
  )
}
