import { escapeHtml } from '../util/escape-html.js'

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

// U+2068 FIRST STRONG ISOLATE and U+2069 POP DIRECTIONAL ISOLATE
const ISOLATE = '\u2068'
const END = '\u2069'

/**
 * Marks a value inside of a sentence, so that an address in Latin script does not disturb a sentence that runs
 * from right to left. `sentence` draws it as an element.
 */
export function isolated(value: string): string {
  return ISOLATE + value.replaceAll(ISOLATE, '').replaceAll(END, '') + END
}

/** Draws a sentence whose values are marked by `isolated`. */
export function sentence(text: string): Html {
  return new Html(escapeHtml(text).replaceAll(ISOLATE, '<bdi>').replaceAll(END, '</bdi>'))
}
