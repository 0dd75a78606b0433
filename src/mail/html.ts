/** The pieces of the HTML part, as plain text. */
export interface HtmlParts {
  readonly lang: string
  readonly title: string
  /** What lists of mails show after the subject. */
  readonly preview: string
  /** Stands above the text; nothing where it is `undefined`. */
  readonly appName: string | undefined
  readonly intro: string
  readonly code: string
  /** The paragraphs after the code: the first belongs to the code, the others are small print. */
  readonly paragraphs: readonly [string, ...string[]]
}

const ESCAPES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Makes a text safe between tags and inside quoted attributes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ESCAPES[character] as string)
}

/** A template whose interpolated values are all escaped. */
function html(strings: TemplateStringsArray, ...values: string[]): string {
  return String.raw({ raw: strings }, ...values.map(escapeHtml))
}

/** Keeps the text of the mail from being shown again behind a short preview. */
const PREVIEW_END = '&nbsp;&zwnj;'.repeat(60)

/**
 * Lays the mail out: one column, no tables, no images, nothing fetched.
 *
 * Text takes the mail program's own colours and the two greys are see-through, so dark mode is
 * readable without a second set of colours, also where `<style>` is dropped. No colour is written in
 * hex: `#111111` would look like a code.
 */
export function renderHtml(parts: HtmlParts): string {
  const { lang, title, preview, appName, intro, code } = parts
  const [lifetime, ...smallPrint] = parts.paragraphs
  return [
    html`<!doctype html>
<html lang="${lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>${title}</title>
<style>:root { color-scheme: light dark }</style>
</head>
<body style="margin: 0; padding: 24px 16px">
<div aria-hidden="true" style="display: none; max-height: 0; overflow: hidden">${preview}`,
    `${PREVIEW_END}</div>`,
    `<div style="max-width: 480px; margin: 0 auto; font: 16px/1.5 ${FONTS}">`,
    appName === undefined ? '' : html`<p style="margin: 0 0 24px; font-weight: 600">${appName}</p>`,
    html`<p style="margin: 0">${intro}</p>
<p style="margin: 12px 0; padding: 16px; border-radius: 8px; background: rgba(127, 127, 127, 0.15); text-align: center; font-size: 32px; font-weight: 700; line-height: 1.25; letter-spacing: 0.15em; font-variant-numeric: tabular-nums">${code}</p>
<p style="margin: 0 0 24px">${lifetime}</p>`,
    ...smallPrint.map((text) => html`<p style="margin: 0 0 12px; font-size: 14px">${text}</p>`),
    `</div>
</body>
</html>
`,
  ].join('\n')
}

const FONTS = "-apple-system, BlinkMacSystemFont, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif"
