import type { EmailOtpInfo, Pending } from '../info.js'
import type { PageTexts } from '../languages/page-texts.js'

/** What the page of one request is drawn from. `emailOtp.pageState(req)` returns it. */
export interface PageState {
  readonly pending: Pending | undefined
  /** The outcome of the last request, as `emailOtp.outcome(req)` returns it. */
  readonly outcome: EmailOtpInfo | undefined
  readonly fields: PageFields
  /** Whether a right code signs in. Otherwise it confirms something. */
  readonly signsIn: boolean
  /** For how many days the user can trust this browser, if the page offers it. */
  readonly trustDays: number | undefined
  /** Whether mail is only sent to addresses with an account (`allowEmail`), so that no page may say that it was sent. */
  readonly mailsKnownOnly: boolean
  /** The language of the page. */
  readonly lang: string
  readonly dir: 'ltr' | 'rtl'
  readonly texts: PageTexts
}

/** The names of the form fields. */
export interface PageFields {
  /** `undefined` where the application knows the address (`emailFromRequest`): then nobody types it. */
  readonly email: string | undefined
  readonly code: string
  /** Sends `pending.id` back beside the code. */
  readonly pendingId: string
  /** Makes the browser a trusted one, with the value `on`. */
  readonly trustBrowser: string
}
