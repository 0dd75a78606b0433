import type { EmailOtpInfo } from '../info.js'
import { describe, describeSecret } from '../util/describe.js'
import { checkNames, wrongOption } from '../util/option-reader.js'
import { own } from '../util/own.js'
import type { PageFields } from './state.js'

/** An outcome of the application's own, such as that of a rate limiter. */
export interface OwnOutcome extends Pick<EmailOtpInfo, 'message'> {
  /** A word of the application's own, or one of this package's reasons. */
  readonly reason: string
  /** What the user should do next. The page of a second step then leads to the password for `'sign_in'`. */
  readonly next?: EmailOtpInfo['next'] | undefined
}

/** Options of `loginForm`. The comments are a table of docs/guides/sign-in-page.md. */
export interface LoginFormOptions {
  /** The name of the application. It stands above the form, and ends the title. */
  readonly appName?: string | undefined
  /** What the code is for: one of the strategy's `purposes`, otherwise signing in. */
  readonly purpose?: string | undefined
  /**
   * The URLs that the forms post to, on this site: `request` requests a code, `verify` checks one. By default the URL
   * of the page.
   */
  readonly action?:
    | { readonly request?: string | undefined; readonly verify?: string | undefined }
    | undefined
  /** Hidden fields of every form, such as `{ _csrf: token }`. */
  readonly hidden?: Readonly<Record<string, string | undefined>> | undefined
  /**
   * The outcome to show, where the page itself is the answer: the `info` of a callback, of `requestCode` or
   * `verifyCode`, or one of your own for a rate limiter. By default what `emailOtp.outcome(req)` returns.
   */
  readonly outcome?: EmailOtpInfo | OwnOutcome | undefined
  /** The error that an error handler has received. The page then says that the server failed, and nothing of the error. */
  readonly error?: unknown
  /** What stands in the address field at first, such as the address that the user typed. By default the pending one. */
  readonly email?: string | undefined
  /** The URL of the page for the password, where a code is the second step. The page then links to it. */
  readonly signInAt?: string | undefined
  /**
   * HTML of a CAPTCHA, for each form that requests a code. It is not escaped. A page can have two such forms, so use no
   * `id`.
   */
  readonly captchaHtml?: string | undefined
}

/** Options of `loginPage`. The comments are a table of docs/guides/sign-in-page.md. */
export interface LoginPageOptions extends LoginFormOptions {
  /** HTML for the end of the head, such as a stylesheet that sets the custom properties. It is not escaped. */
  readonly headHtml?: string | undefined
  /** HTML for a footer below the form, such as links to the privacy policy. It is not escaped. */
  readonly footerHtml?: string | undefined
}

const FORM_NAMES: Record<keyof LoginFormOptions, true> = {
  appName: true,
  purpose: true,
  action: true,
  hidden: true,
  outcome: true,
  error: true,
  email: true,
  signInAt: true,
  captchaHtml: true,
}
const PAGE_NAMES: Record<keyof LoginPageOptions, true> = {
  ...FORM_NAMES,
  headHtml: true,
  footerHtml: true,
}

/** The validated options. */
export interface PageOptions extends ReturnType<typeof readPageOptions> {}

/** @throws TypeError for a wrong option */
export function readPageOptions(owner: 'loginPage' | 'loginForm', options: object) {
  checkNames(owner, options, Object.keys(owner === 'loginPage' ? PAGE_NAMES : FORM_NAMES))
  const wrong = (name: string, value: unknown, expected: string) =>
    wrongOption(owner, name, describe(value), expected)
  const text = (name: keyof LoginPageOptions) => {
    const value = own(options, name)
    if (value === undefined || typeof value === 'string') return value
    throw wrong(name, value, 'a string')
  }
  const url = (name: string, value: unknown) => {
    if (value === undefined || isUrlOfThisSite(value)) return value
    throw wrong(name, value, 'a URL on this site, such as "/login"')
  }
  const action = own(options, 'action')
  if (action !== undefined) checkNames(`${owner}: action`, action, ['request', 'verify'])
  return {
    appName: text('appName'),
    purpose: text('purpose'),
    action: {
      request: url('action.request', own(action, 'request')),
      verify: url('action.verify', own(action, 'verify')),
    },
    hidden: readHidden(owner, own(options, 'hidden')),
    outcome: readOutcome(owner, own(options, 'outcome')),
    failed: own(options, 'error') !== undefined,
    email: text('email'),
    signInAt: url('signInAt', own(options, 'signInAt')),
    captchaHtml: text('captchaHtml'),
    headHtml: text('headHtml'),
    footerHtml: text('footerHtml'),
  }
}

/** A form or link with another scheme could run a script, and one to another site would tell it the code. */
function isUrlOfThisSite(value: unknown): value is string {
  if (typeof value !== 'string' || value === '') return false
  // `http:evil.example` is a path on a page of plain HTTP, and another site on all others.
  return ['http://here.invalid', 'https://here.invalid'].every(
    (here) => URL.canParse(value, here) && new URL(value, here).origin === here,
  )
}

function readHidden(owner: string, hidden: unknown): readonly (readonly [string, string])[] {
  if (hidden === undefined) return []
  if (typeof hidden !== 'object' || hidden === null || Array.isArray(hidden)) {
    throw wrongOption(owner, 'hidden', describe(hidden), 'an object, such as { _csrf: token }')
  }
  return Object.entries(hidden).flatMap(([name, value]) => {
    if (value === undefined) return []
    if (typeof value === 'string') return [[name, value]] as const
    // The value is not repeated, because it may be a secret.
    throw wrongOption(owner, `hidden.${name}`, describeSecret(value), 'a string')
  })
}

function readOutcome(owner: string, outcome: unknown): OwnOutcome | undefined {
  if (outcome === undefined) return undefined
  if (typeof own(outcome, 'reason') === 'string' && typeof own(outcome, 'message') === 'string') {
    return outcome as OwnOutcome
  }
  throw wrongOption(
    owner,
    'outcome',
    describe(outcome),
    'an EmailOtpInfo, such as the info of a callback',
  )
}

/** @throws TypeError if a hidden field has the name of a field of the form, which would then be sent twice */
export function checkHiddenNames(owner: string, { hidden }: PageOptions, fields: PageFields): void {
  for (const [name] of hidden) {
    if (Object.values(fields).includes(name)) {
      throw wrongOption(owner, 'hidden', `"${name}"`, 'without the fields of the form')
    }
  }
}
