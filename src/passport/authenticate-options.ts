import { describe } from '../check.js'
import type { EmailOtpAuthenticateOptions } from './types.js'

/** Reads our two of Passport's options, which are one object for all requests of a route: never written to. */
export function readAuthenticateOptions(
  options: EmailOtpAuthenticateOptions,
): EmailOtpAuthenticateOptions {
  const { step, codeSentRedirect } = options
  if (step !== undefined && step !== 'request' && step !== 'verify') {
    throw wrong('step', step, '"request", "verify" or left out')
  }
  if (codeSentRedirect !== undefined && typeof codeSentRedirect !== 'string') {
    throw wrong('codeSentRedirect', codeSentRedirect, 'a URL to redirect to')
  }
  return { step, codeSentRedirect }
}

function wrong(name: string, value: unknown, expected: string): TypeError {
  return new TypeError(
    `passport.authenticate: option "${name}" must be ${expected}; got ${describe(value)}`,
  )
}
