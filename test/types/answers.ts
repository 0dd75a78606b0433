// Compiled by `npm run typecheck`, never run: an answer narrows by its reason, and by what comes next.
import {
  type AcceptedInfo,
  type CodeSentInfo,
  type EmailOtpInfo,
  type InvalidCodeInfo,
  type LoginPageOptions,
  type OwnOutcome,
  type Pending,
  type RateLimitedInfo,
  type Reason,
  statusOf,
  type TrustedBrowserInfo,
} from 'passport-email-otp'
import { type Is, sure } from './assertions.js'

declare const info: EmailOtpInfo

// A page shows an outcome of the package, or one of the application.
const ownOutcome: OwnOutcome = { reason: 'changed', next: 'request_code', message: 'Changed.' }
export const pages: LoginPageOptions[] = [{ outcome: info }, { outcome: ownOutcome }]
// @ts-expect-error the page has nothing to say without a sentence
pages.push({ outcome: { reason: 'changed' } })

sure<Is<EmailOtpInfo['reason'], Reason>>()
sure<Is<typeof info.message, string>>()
sure<Is<typeof info.pending, Pending | undefined>>()

// @ts-expect-error only a wrong code has tries left
info.attemptsLeft
// @ts-expect-error only some answers say when
info.retryAfterSeconds
// @ts-expect-error nobody is proven yet
info.email
// @ts-expect-error an answer is not written to
info.message = 'Hello'

switch (info.reason) {
  case 'code_sent':
    sure<Is<typeof info, CodeSentInfo>>()
    sure<Is<typeof info.retryAfterSeconds, number>>()
    sure<Is<typeof info.next, 'enter_code'>>()
    break
  case 'accepted':
    sure<Is<typeof info, AcceptedInfo>>()
    sure<Is<typeof info.email, string>>()
    sure<Is<typeof info.next, 'done'>>()
    break
  case 'invalid_code':
    sure<Is<typeof info, InvalidCodeInfo>>()
    sure<Is<typeof info.attemptsLeft, number>>()
    sure<Is<typeof info.next, 'enter_code' | 'request_code'>>()
    break
  case 'rate_limited':
    sure<Is<typeof info, RateLimitedInfo>>()
    sure<Is<typeof info.retryAfterSeconds, number>>()
    break
  case 'missing_code':
  case 'malformed_code':
    sure<Is<typeof info.next, 'enter_code'>>()
    break
  // @ts-expect-error a reason that is none
  case 'sent':
    break
  default:
    // @ts-expect-error what is left says nothing about tries
    info.attemptsLeft
}

// A client that looks at `next` alone is told as much.
if (info.next === 'wait') sure<Is<typeof info, RateLimitedInfo>>()
if (info.next === 'done') sure<Is<typeof info, AcceptedInfo | TrustedBrowserInfo>>()
// @ts-expect-error a step that is none
if (info.next === 'retry') info satisfies never

sure<Is<ReturnType<typeof statusOf>, number>>()
// @ts-expect-error a reason that is none
statusOf('sent')
