import type { Gap } from './pieces.js'

const DIGITS = '0123456789'
const LETTERS = 'abcdefghijklmnopqrstuvwxyz'

/** Each gap, and the characters that its values consist of. A value has no more of them than there are. */
const GAPS = [
  { name: 'code', alphabet: DIGITS, values: /^\d{1,10}$/ },
  { name: 'pendingId', alphabet: LETTERS, values: /^[a-z]{1,26}$/ },
] as const

/** How many stands a gap has: with so many, each digit stands at each place of a code. */
const STANDS = DIGITS.length

/** The gaps for values of these lengths. A value that a gap cannot have gets none, and is part of the text. */
export function gapsFor(values: Readonly<Record<'code' | 'pendingId', unknown>>): readonly Gap[] {
  return GAPS.filter((gap) => gap.values.test(String(values[gap.name]))).map(
    ({ name, alphabet }) => {
      const { length } = String(values[name])
      const stand = (turns: number) =>
        (alphabet.slice(turns) + alphabet.slice(0, turns)).slice(0, length)
      return { name, length, stand }
    },
  )
}

/** One stand of every gap, by its name. */
export function standsOf(gaps: readonly Gap[], which: number): Readonly<Record<string, string>> {
  return Object.fromEntries(gaps.map(({ name, stand }) => [name, stand(which)]))
}

export const EVERY_STAND: readonly number[] = Array.from({ length: STANDS }, (_, which) => which)
