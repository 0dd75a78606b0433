import { escapeHtml, escapeSentence } from '../util/escape-html.js'

/** Finished HTML, as opposed to a text that still has to be escaped. */
export class Html {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

type Part = string | number | Html | false | undefined | readonly Html[]

/** A template that escapes every inserted text. `false` and `undefined` insert nothing. */
export function html(strings: TemplateStringsArray, ...parts: Part[]): Html {
  return new Html(String.raw({ raw: strings }, ...parts.map(textOf)))
}

function textOf(part: Part): string {
  if (part === undefined || part === false) return ''
  if (part instanceof Html) return part.text
  if (typeof part === 'object') return part.map(({ text }) => text).join('')
  return escapeHtml(String(part))
}

/** Draws a sentence whose values are marked by `isolated`. */
export function sentence(text: string): Html {
  return new Html(escapeSentence(text))
}
