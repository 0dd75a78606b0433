import type { Pending } from '../info.js'
import { clockText } from '../util/durations.js'
import { isolated } from '../util/escape-html.js'
import { Html, html, sentence } from './html.js'
import type { PageModel } from './model.js'
import type { PageOptions } from './options.js'
import type { PageState } from './state.js'

/** Everything that the parts of the page are drawn from. */
export interface Drawing {
  readonly state: PageState
  readonly model: PageModel
  readonly options: PageOptions
}

interface Field {
  readonly id: string
  readonly name: string
  readonly label: string
  readonly error: string | undefined
  readonly describedBy: string | undefined
  readonly attributes: Html
  readonly value?: string
  /** Whether the page opens with the focus here. */
  readonly hasFocus: boolean
}

/** A field with its label and its error. Addresses and codes run from left to right in every language. */
export function field(drawn: Field): Html {
  const { id, name, label, error, describedBy, attributes, value, hasFocus } = drawn
  return html`<label for="${id}">${label}</label>
${
  error !== undefined &&
  html`<p class="otp-error" id="${id}-error">${sentence(error)}</p>
`
}<input id="${id}" name="${name}" ${attributes} autocapitalize="off" spellcheck="false" dir="ltr" required${
    value !== undefined && html` value="${value}"`
  }${error !== undefined && html` aria-invalid="true"`}${
    describedBy !== undefined && html` aria-describedby="${describedBy}"`
  }${hasFocus && html` autofocus`}>
`
}

/**
 * Sends the id of the request that the page shows, so that a code of another tab is not counted as a wrong one. It has
 * no `maxlength`: people paste a code with spaces, and some addresses need a longer one.
 */
export function verifyForm(
  drawing: Drawing,
  { id }: Pending,
  describedBy: string | undefined,
): Html {
  const { state, model, options } = drawing
  const { texts, fields, signsIn } = state
  const hasFocus = model.emailError === undefined
  return html`<form method="post"${actionOf(options.action.verify)}>
${hiddenFields(options)}${hiddenField(fields.pendingId, id)}${field({
  id: 'otp-code',
  name: fields.code,
  label: texts.codeLabel,
  error: model.codeError,
  describedBy,
  attributes: html`class="otp-code" inputmode="numeric" autocomplete="one-time-code"`,
  hasFocus,
})}${trustBox(drawing)}<button>${signsIn ? texts.signInButton : texts.confirmButton}</button>
</form>`
}

/** Never ticked when the page is drawn, nor by a browser that restores a form after a reload. */
function trustBox({ state }: Drawing): Html | false {
  const { texts, fields, trustDays } = state
  return (
    trustDays !== undefined &&
    html`<label class="otp-tick"><input type="checkbox" name="${fields.trustBrowser}" value="on" autocomplete="off"><span>${texts.trustBrowser({ days: trustDays })}</span></label>
`
  )
}

/**
 * A form that requests a code. `novalidate`, because browsers reject an address that was pasted with an invisible
 * character, or whose domain is not in ASCII, and their sentence does not tell why. The server accepts them.
 */
export function requestForm(
  { options }: Drawing,
  emailField: Html | false,
  button: Html,
  hint: Html | false = false,
): Html {
  const { captchaHtml } = options
  return html`<form method="post" novalidate${actionOf(options.action.request)}>
${hiddenFields(options)}${emailField}${
  captchaHtml !== undefined && new Html(`${captchaHtml}\n`)
}${button}
${hint}</form>`
}

export function resendForm(drawing: Drawing, pending: Pending): Html {
  const { texts } = drawing.state
  const button = html`<button class="otp-quiet" autocomplete="off">${texts.resendButton}</button>`
  return requestForm(drawing, sameAddress(drawing, pending), button, waiting(drawing, pending))
}

export function newCodeForm(drawing: Drawing, pending: Pending, hasFocus: boolean): Html {
  const { texts } = drawing.state
  const focus = hasFocus && drawing.model.emailError === undefined
  const button = html`<button autocomplete="off"${focus && html` autofocus aria-describedby="otp-about"`}>${texts.newCodeButton}</button>`
  return requestForm(drawing, sameAddress(drawing, pending), button, waiting(drawing, pending))
}

/** The address that the page shows, because another tab may have requested a code for another one since. */
function sameAddress({ state }: Drawing, { email }: Pending): Html | false {
  const { fields } = state
  return fields.email !== undefined && hiddenField(fields.email, email)
}

/** How long the next mail has to wait. The button works without a script: the server answers how long to wait. */
function waiting({ state }: Drawing, { resendInSeconds }: Pending): Html | false {
  const { texts } = state
  if (resendInSeconds === 0) return false
  const text = texts.resendWait({ time: isolated(clockText(resendInSeconds)) })
  return html`<p class="otp-hint" data-wait="${resendInSeconds}" data-ready="${texts.resendReady}">${sentence(text)}</p>
`
}

function actionOf(url: string | undefined): Html {
  return url === undefined ? html`` : html` action="${url}"`
}

function hiddenFields({ hidden }: PageOptions): readonly Html[] {
  return hidden.map(([name, value]) => hiddenField(name, value))
}

function hiddenField(name: string, value: string): Html {
  return html`<input type="hidden" name="${name}" value="${value}">
`
}
