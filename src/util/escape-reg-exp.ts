/** Escapes a text for a regular expression, also for one with the flag `u`. */
export function escapeRegExp(text: string): string {
  return text.replace(/[\^$\\.*+?()[\]{}|/]/g, '\\$&')
}
