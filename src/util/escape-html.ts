const ESCAPES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Escapes a text for use between tags and inside quoted attributes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ESCAPES[character] as string)
}

// U+2068 FIRST STRONG ISOLATE and U+2069 POP DIRECTIONAL ISOLATE
const ISOLATE = '\u2068'
const END = '\u2069'

/**
 * Marks a value inside of a sentence, so that an address in Latin script does not disturb a sentence that runs
 * from right to left. `escapeSentence` makes an element of it.
 */
export function isolated(value: string): string {
  return ISOLATE + value.replaceAll(ISOLATE, '').replaceAll(END, '') + END
}

/** Escapes a sentence whose values are marked by `isolated`. */
export function escapeSentence(text: string): string {
  return escapeHtml(text).replaceAll(ISOLATE, '<bdi>').replaceAll(END, '</bdi>')
}
