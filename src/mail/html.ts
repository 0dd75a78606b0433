import { escapeHtml, escapeSentence } from '../util/escape-html.js'

/** The texts of the HTML part, not yet escaped. */
export interface HtmlParts {
  /** A BCP 47 tag. */
  readonly lang: string
  readonly dir: 'ltr' | 'rtl'
  readonly title: string
  /** Lists of mails show it after the subject. */
  readonly preview: string
  /** Stands above the text; `undefined` leaves it out. */
  readonly appName: string | undefined
  /** Stands above the code. */
  readonly codeLabel: string
  readonly code: string
  readonly lifetime: string
  /** A link that fills in the code, and a sentence about it. */
  readonly link: { readonly url: string; readonly text: string; readonly about: string } | undefined
  readonly smallPrint: readonly string[]
}

/** A template that escapes every interpolated value. */
function html(strings: TemplateStringsArray, ...values: string[]): string {
  return String.raw({ raw: strings }, ...values.map(escapeHtml))
}

/** A sentence whose names are marked by `isolated`. */
function paragraph(style: string, text: string): string {
  return `<p style="${style}">${escapeSentence(text)}</p>`
}

/** Fills the preview, so that lists of mails do not show the text of the mail after it. */
const PREVIEW_END = '&nbsp;&zwnj;'.repeat(60)

const FONTS = "-apple-system, BlinkMacSystemFont, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif"

/**
 * The indent balances the space that `letter-spacing` adds after the last digit. Ten digits fit on a phone of 320
 * pixels, also in a wide font.
 */
const CODE_STYLE = [
  'margin: 8px 0',
  'padding: 16px 0',
  'border-radius: 8px',
  'background: rgba(127, 127, 127, 0.15)',
  'text-align: center',
  'font-size: 30px',
  'font-weight: 700',
  'line-height: 1.25',
  'letter-spacing: 0.1em',
  'text-indent: 0.1em',
].join('; ')

/** A link in the colours of the text, because some mail programs keep their dark blue on a dark page. */
const LINK_STYLE = [
  'display: inline-block',
  'padding: 10px 16px',
  'border: 1px solid rgba(127, 127, 127, 0.6)',
  'border-radius: 8px',
  'color: inherit',
  'font-weight: 600',
  'text-decoration: none',
].join('; ')

/**
 * Renders the mail as one column without tables, images or anything else that a mail program would fetch.
 *
 * Text has the mail program's own colours and the greys are transparent. So dark mode is readable without a
 * second set of colours, even in a mail program that drops `<style>`. No colour is written in hex, because
 * `#111111` would look like a code. `format-detection` keeps phones from making a telephone number of a long code.
 * The direction is repeated inside of the body, because mail programs put its content into a page of their own.
 */
export function renderHtml(parts: HtmlParts): string {
  const { lang, dir, title, preview, appName, codeLabel, code, lifetime, link, smallPrint } = parts
  return [
    html`<!doctype html>
<html lang="${lang}" dir="${dir}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<meta name="format-detection" content="telephone=no, date=no, address=no, email=no">
<title>${title}</title>
<style>:root { color-scheme: light dark }</style>
</head>
<body style="margin: 0; padding: 24px 16px">
<div aria-hidden="true" style="display: none; max-height: 0; overflow: hidden">${preview}`,
    `${PREVIEW_END}</div>`,
    html`<div dir="${dir}" style="max-width: 480px; margin: 0 auto; font: 16px/1.5 ${FONTS}">`,
    appName === undefined ? '' : html`<p style="margin: 0 0 16px; font-weight: 600">${appName}</p>`,
    paragraph('margin: 0', codeLabel),
    html`<p dir="ltr" style="${CODE_STYLE}">${code}</p>`,
    paragraph('margin: 0', lifetime),
    link === undefined
      ? ''
      : html`<p style="margin: 16px 0 8px"><a href="${link.url}" style="${LINK_STYLE}">${link.text}</a></p>`,
    link === undefined ? '' : paragraph('margin: 0; font-size: 14px; opacity: 0.8', link.about),
    `<div style="margin: 24px 0 0; padding: 16px 0 0; border-top: 1px solid rgba(127, 127, 127, 0.3); font-size: 14px; opacity: 0.8">`,
    ...smallPrint.map((text) => paragraph('margin: 0 0 8px', text)),
    `</div>
</div>
</body>
</html>
`,
  ].join('\n')
}
