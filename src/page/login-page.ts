import type { RequestLike } from '../passport/types.js'
import { describe } from '../util/describe.js'
import { setUpError } from '../util/set-up-error.js'
import { drawView, titleOf } from './draw.js'
import { Html, html } from './html.js'
import { modelOf } from './model.js'
import {
  checkHiddenNames,
  type LoginFormOptions,
  type LoginPageOptions,
  readPageOptions,
} from './options.js'
import { SCRIPT } from './script.js'
import type { PageState } from './state.js'
import { STYLE } from './style.js'

/** The method of the strategy that `loginPage` and `loginForm` call. */
export interface LoginPageStrategy {
  pageState(req: RequestLike, options?: { readonly purpose?: string | undefined }): PageState
}

/** The form for a page of the application. */
export interface LoginForm {
  /** Heading, messages, forms and script. It brings no style: each element has the class names of `loginPage`. */
  readonly html: string
  /** The title of the document, not escaped. It says the state, and ends with `appName`. */
  readonly title: string
  /** The language and the direction of the form, for the element that it stands in. */
  readonly lang: string
  readonly dir: 'ltr' | 'rtl'
}

/**
 * Draws the sign-in page for one request, as a whole document: the address field or the code field, the outcome of
 * the last request, and what the user can do next. It needs no script, no route and no file of its own.
 *
 * Call it before the response has started: it may write to the session, and it sets `Cache-Control: no-store`, because
 * the page shows an address. Where the host sets no response on the request, send that header yourself.
 * @throws TypeError for a wrong option
 */
export function loginPage(
  emailOtp: LoginPageStrategy,
  req: RequestLike,
  options: LoginPageOptions = {},
): string {
  const { form, title, lang, dir, given } = draw('loginPage', emailOtp, req, options)
  const { appName, headHtml, footerHtml } = given
  return html`<!doctype html>
<html lang="${lang}" dir="${dir}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="format-detection" content="telephone=no">
<title>${title}</title>
<style>${new Html(STYLE)}</style>
${headHtml !== undefined && new Html(`${headHtml}\n`)}</head>
<body>
${
  appName !== undefined &&
  html`<header class="otp-app">${appName}</header>
`
}<main>
${form}
</main>
${
  footerHtml !== undefined &&
  html`<footer>${new Html(footerHtml)}</footer>
`
}</body>
</html>
`.text
}

/**
 * Draws the same form for a page of the application, which has its own layout and style. Sets the same header.
 * @throws TypeError for a wrong option
 */
export function loginForm(
  emailOtp: LoginPageStrategy,
  req: RequestLike,
  options: LoginFormOptions = {},
): LoginForm {
  const { form, title, lang, dir } = draw('loginForm', emailOtp, req, options)
  return { html: form.text, title, lang, dir }
}

function draw(
  owner: 'loginPage' | 'loginForm',
  emailOtp: LoginPageStrategy,
  req: RequestLike,
  options: object,
) {
  // Not by instanceof: an application may load this package twice, as ES module and as CommonJS.
  if (typeof emailOtp?.pageState !== 'function') {
    throw setUpError(
      `${owner}: the first argument must be the strategy; got ${describe(emailOtp)}`,
      'docs/guides/sign-in-page.md',
    )
  }
  const given = readPageOptions(owner, options)
  const state = emailOtp.pageState(req, { purpose: given.purpose })
  checkHiddenNames(owner, given, state.fields)
  const { lang, dir, texts } = state
  const drawing = { state, options: given, model: modelOf(state, given) }
  const id = state.pending?.id
  const form = html`<div class="email-otp" lang="${lang}" dir="${dir}" data-busy="${texts.busy}"${id !== undefined && html` data-pending="${id}"`}>
${drawView(drawing)}
<p class="otp-aloud" aria-live="polite"></p>
</div>
<script>${new Html(SCRIPT)}</script>`
  return { form, title: titleOf(drawing), lang, dir, given }
}
