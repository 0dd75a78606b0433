import { createHash } from 'node:crypto'
import { SCRIPT } from './script.js'
import { STYLE } from './style.js'

function sourceOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`
}

/**
 * The sources of a Content-Security-Policy, in their quotes, that allow the script and the style of `loginPage`. With
 * helmet's defaults add the script's alone: they allow inline styles, and a hash beside `'unsafe-inline'` would
 * switch that off for the application's own pages.
 */
export const loginPageHashes: { readonly script: string; readonly style: string } =
  /* @__PURE__ */ Object.freeze({ script: sourceOf(SCRIPT), style: sourceOf(STYLE) })

/**
 * A whole Content-Security-Policy for `loginPage`. It allows the page's script and style, stylesheets and images of
 * the same site, and forms that post to the same site. The page cannot be shown in a frame. A CAPTCHA needs a
 * policy that names its site.
 */
export const loginPagePolicy: string = /* @__PURE__ */ [
  "default-src 'none'",
  `script-src ${loginPageHashes.script}`,
  `style-src 'self' ${loginPageHashes.style}`,
  "img-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ')
