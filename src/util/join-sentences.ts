/** The full stops, brackets and other marks of Chinese and Japanese, which bring their own space. */
const ENDS_WIDE = /[\u3000-\u303f\uff00-\uffef]$/

/** Puts two sentences into one paragraph, as their language does: with a space, or after a wide full stop without one. */
export function joinSentences(first: string, second: string): string {
  return ENDS_WIDE.test(first) ? first + second : `${first} ${second}`
}
