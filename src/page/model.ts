import type { PageTitles } from '../languages/page-texts.js'
import type { Reason } from '../reasons.js'
import { own } from '../util/own.js'
import type { OwnOutcome } from './options.js'
import type { PageState } from './state.js'

/** Which part of the page the user needs: the address field, the code field, a new code, or another page. */
export type View = 'request' | 'code' | 'new_code' | 'sign_in'

/** What one page says. Every text is whole and in the language of the page. */
export interface PageModel {
  readonly view: View
  readonly title: keyof PageTitles
  /** A problem that belongs to no field. */
  readonly problem?: string | undefined
  /** Good news. */
  readonly note?: string | undefined
  readonly emailError?: string | undefined
  readonly codeError?: string | undefined
  /** Whether to say that the code of an earlier mail can still be entered. */
  readonly saysCodeStillWorks: boolean
  /** Whether to lead to the page for the password. */
  readonly leadsToSignIn: boolean
}

/** Where the sentence of an outcome stands, and the title of the page that has it. */
interface Place {
  readonly at: 'email' | 'code' | 'page' | 'note'
  readonly title: keyof PageTitles
}

const PLACES: Record<Reason, Place> = {
  code_sent: { at: 'note', title: 'codeSent' },
  accepted: { at: 'note', title: 'signIn' },
  trusted_browser: { at: 'note', title: 'signIn' },
  invalid_email: { at: 'email', title: 'checkEmail' },
  missing_code: { at: 'code', title: 'checkCode' },
  malformed_code: { at: 'code', title: 'checkCode' },
  invalid_code: { at: 'code', title: 'checkCode' },
  not_signed_in: { at: 'page', title: 'signInFirst' },
  no_address: { at: 'page', title: 'notAllowed' },
  otp_required: { at: 'page', title: 'confirm' },
  expired_code: { at: 'page', title: 'newCode' },
  no_pending_code: { at: 'page', title: 'newCode' },
  not_allowed: { at: 'page', title: 'notAllowed' },
  cross_site: { at: 'page', title: 'tryAgain' },
  method_not_allowed: { at: 'page', title: 'tryAgain' },
  too_many_attempts: { at: 'page', title: 'newCode' },
  earlier_request: { at: 'page', title: 'enterCode' },
  rate_limited: { at: 'page', title: 'rateLimited' },
  not_sent: { at: 'page', title: 'notSent' },
}

/** The place of an outcome that the application has made up. */
const ELSEWHERE: Place = { at: 'page', title: 'tryAgain' }

/** The problems of a request for a code. A code that was requested before can be entered none the less. */
const OF_A_REQUEST: readonly string[] = ['rate_limited', 'not_sent', 'not_signed_in']

/** An outcome that the application has in hand is the newest one. */
export function modelOf(
  state: PageState,
  { failed, ...given }: { readonly outcome: OwnOutcome | undefined; readonly failed: boolean },
): PageModel {
  // An outcome from before the failure is not the one of this request, unless the failure was a mail.
  const ofState = failed && state.outcome?.reason !== 'not_sent' ? undefined : state.outcome
  const outcome = given.outcome ?? ofState
  const view = viewOf(state, outcome)
  if (outcome === undefined) {
    const title = failed ? 'failed' : headingOf(view, state)
    return {
      view,
      title,
      problem: failed ? state.texts.failed : undefined,
      saysCodeStillWorks: false,
      leadsToSignIn: false,
    }
  }
  const place = (own(PLACES, outcome.reason) ?? ELSEWHERE) as Place
  const { message } = outcome
  const title = place.title
  const saysCodeStillWorks = view === 'code' && OF_A_REQUEST.includes(outcome.reason)
  const at = isDrawn(place.at, view, state) ? place.at : 'page'
  return {
    view,
    title: at === 'page' && place.at !== 'page' ? headingOf(view, state) : title,
    problem: at === 'page' ? message : undefined,
    note: at === 'note' ? message : undefined,
    emailError: at === 'email' ? message : undefined,
    codeError: at === 'code' ? message : undefined,
    saysCodeStillWorks,
    leadsToSignIn: outcome.next === 'sign_in',
  }
}

function viewOf({ pending }: PageState, outcome: OwnOutcome | undefined): View {
  if (pending && !pending.ended) return 'code'
  if (outcome?.next === 'sign_in') return 'sign_in'
  return pending ? 'new_code' : 'request'
}

/** A sentence about a field that the page does not draw stands above the form. */
function isDrawn(at: Place['at'], view: View, { fields }: PageState): boolean {
  if (at === 'code') return view === 'code'
  if (at === 'email') return fields.email !== undefined && view !== 'sign_in'
  return true
}

/** The heading of a view. It is also the title of a page without a problem. */
export function headingOf(view: View, { signsIn, fields }: PageState): keyof PageTitles {
  if (view === 'code') return 'enterCode'
  if (view === 'new_code') return 'newCode'
  if (view === 'sign_in') return 'signInFirst'
  return signsIn && fields.email !== undefined ? 'signIn' : 'confirm'
}
