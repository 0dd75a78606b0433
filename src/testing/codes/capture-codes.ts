import type { Capture, CapturedCode } from '../../mail/captured-code.js'
import { describe } from '../../util/describe.js'
import { CAPTURE } from '../../util/shared-symbols.js'
import { type Inbox, openInbox } from './inbox.js'
import { requireTestEnvironment } from './require-test-environment.js'

/** What {@link captureCodes} needs to know of a strategy: any instance fits, of either copy of the package. */
export interface CapturableStrategy {
  readonly name: string
  addressHash(email: string): string
}

/** The codes of one strategy. */
export interface CapturedCodes extends Inbox<CapturedCode> {
  /** Ends the capture: the strategy sends its codes again. A `next` that still waits rejects. */
  stop(): void
}

/**
 * Receives the codes of a strategy instead of sending them, with any `sendCode`. No
 * connection to a mail server is made.
 *
 * ```ts
 * const codes = captureCodes(emailOtp)
 * const { code, subject } = await codes.next('ada@example.com')
 * ```
 *
 * @throws Error unless `NODE_ENV` is `test`; TypeError unless it gets a strategy
 */
export function captureCodes(emailOtp: CapturableStrategy): CapturedCodes {
  requireTestEnvironment('captureCodes')
  const begin = (emailOtp as { [CAPTURE]?: (capture: Capture) => () => void } | undefined)?.[
    CAPTURE
  ]
  if (typeof begin !== 'function') {
    throw new TypeError(
      `captureCodes: expected an instance of Strategy; got ${describe(emailOtp)}. With two installed versions of ` +
        'passport-email-otp, import both from the same one',
    )
  }
  const { inbox, add, end } = openInbox<CapturedCode>()
  const endCapture = begin(add)
  const stop = () => {
    endCapture()
    end('stop()')
  }
  return { ...inbox, stop }
}
