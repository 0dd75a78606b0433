import type { Pending } from '../info.js'
import { isolated } from '../util/escape-html.js'
import { joinSentences } from '../util/join-sentences.js'
import { type Drawing, field, newCodeForm, requestForm, resendForm, verifyForm } from './forms.js'
import { type Html, html, sentence } from './html.js'
import { headingOf, type PageModel } from './model.js'
import type { PageState } from './state.js'

/** Draws the part of the page between the header and the footer of the application. */
export function drawView(drawing: Drawing): Html {
  const { state, model } = drawing
  const { texts, pending } = state
  // Without a field on the page there is nothing to do here, so that the heading says what is wrong.
  const heading = model.view === 'sign_in' ? model.title : headingOf(model.view, state)
  const top = html`<h1>${texts.titles[heading]}</h1>
${messages(drawing)}`
  if (model.view === 'sign_in') return top
  if (!pending) return html`${top}${firstRequest(drawing)}`
  if (model.view === 'new_code') {
    const why = texts.ended[pending.ended ?? 'gone']({ email: isolated(pending.email) })
    return html`${top}<p id="otp-about">${sentence(why)}</p>
${newCodeForm(drawing, pending, true)}
${otherAddress(drawing, pending)}`
  }
  return html`<div data-expires="${pending.expiresInSeconds}">
${top}<p id="otp-about">${aboutCode(drawing, pending)}</p>
${verifyForm(drawing, pending, describedBy(model, 'otp-code-error', model.codeError))}
<section class="otp-more" aria-labelledby="otp-no-mail">
<h2 id="otp-no-mail">${texts.noMailHeading}</h2>
<p>${texts.noMailAdvice}</p>
${resendForm(drawing, pending)}
</section>
</div>
${onceExpired(drawing, pending)}
${otherAddress(drawing, pending)}`
}

function messages({ state, model, options }: Drawing): Html {
  const { problem, note, saysCodeStillWorks, leadsToSignIn } = model
  const { signInAt } = options
  return html`${
    problem !== undefined &&
    html`<p class="otp-problem" id="otp-problem" role="alert">${sentence(saysCodeStillWorks ? joinSentences(problem, state.texts.codeStillWorks) : problem)}</p>
`
  }${
    leadsToSignIn &&
    signInAt !== undefined &&
    html`<p><a href="${signInAt}">${state.texts.signInLink}</a></p>
`
  }${
    note !== undefined &&
    html`<p class="otp-note" id="otp-note" role="status">${sentence(note)}</p>
`
  }${ofALink(state, model)}`
}

/** What the script shows after the link of a mail was opened. Only the script sees the code and the id in the link. */
function ofALink({ pending, texts }: PageState, { view }: PageModel): Html {
  const isFilledIn = html`<p class="otp-note otp-filled" role="status" hidden>${texts.codeFilledIn}</p>
`
  const isOther = pending ? texts.otherLink : texts.notRequestedHere
  return html`${view === 'code' && isFilledIn}<p class="otp-problem otp-other" role="alert" hidden>${isOther}</p>
`
}

/** The ids of what describes a field. It has the focus, and so all of this is read out when the page is there. */
function describedBy({ problem, note }: PageModel, errorId: string, error: string | undefined) {
  return [
    error !== undefined && errorId,
    problem !== undefined && 'otp-problem',
    note !== undefined && 'otp-note',
    'otp-about',
  ]
    .filter((id) => id !== false)
    .join(' ')
}

function firstRequest(drawing: Drawing): Html {
  const { state, model, options } = drawing
  const { texts, fields } = state
  const isSignIn = state.signsIn && fields.email !== undefined
  const about = isSignIn ? texts.signInIntro : texts.confirmIntro
  const emailField =
    fields.email !== undefined &&
    field({
      id: 'otp-email',
      name: fields.email,
      label: texts.emailLabel,
      error: model.emailError,
      describedBy: describedBy(model, 'otp-email-error', model.emailError),
      attributes: EMAIL,
      value: options.email ?? '',
      hasFocus: true,
    })
  return html`<p id="otp-about">${about}</p>
${requestForm(drawing, emailField, html`<button>${texts.requestButton}</button>`)}`
}

function aboutCode({ state }: Drawing, { email, digits, expiresInSeconds }: Pending): Html {
  const { texts, mailsKnownOnly } = state
  const about = mailsKnownOnly ? texts.codeSentIfKnown : texts.codeSentTo
  const minutes = Math.max(1, Math.floor(expiresInSeconds / 60))
  const sent = about({ digits, email: isolated(email) })
  return sentence(joinSentences(sent, texts.codeLifetime({ minutes })))
}

/** The view that replaces the code field when the code expires on the page. */
function onceExpired(drawing: Drawing, pending: Pending): Html {
  const { texts } = drawing.state
  const why = texts.ended.expired({ email: isolated(pending.email) })
  const title = titleOf({ ...drawing, model: { ...drawing.model, title: 'newCode' } })
  return html`<div hidden data-title="${title}">
<h1 tabindex="-1">${texts.titles.newCode}</h1>
<p class="otp-problem" role="alert">${sentence(why)}</p>
${newCodeForm(drawing, pending, false)}
</div>`
}

/** An address can be wrong on every page, so that each one offers another. It needs no script and no second page. */
function otherAddress(drawing: Drawing, pending: Pending): Html {
  const { state, model, options } = drawing
  const { texts, fields } = state
  if (fields.email === undefined) return html``
  const error = model.emailError
  const emailField = field({
    id: 'otp-email',
    name: fields.email,
    label: texts.emailLabel,
    error,
    describedBy: error === undefined ? undefined : 'otp-email-error',
    attributes: EMAIL,
    value: options.email ?? (error === undefined ? pending.email : ''),
    hasFocus: error !== undefined,
  })
  const button = html`<button class="otp-quiet">${texts.otherAddressButton}</button>`
  return html`<details class="otp-more"${error !== undefined && html` open`}>
<summary>${texts.otherAddress}</summary>
${requestForm(drawing, emailField, button)}
</details>`
}

const EMAIL = html`type="email" autocomplete="email"`

/** The title says the state, and then whose page it is. */
export function titleOf({ state, model, options }: Drawing): string {
  const title = state.texts.titles[model.title]
  return options.appName === undefined ? title : `${title} - ${options.appName}`
}
