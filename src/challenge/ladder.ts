const DAY_MS = 24 * 60 * 60 * 1000

/** Wrong guesses at an address count for 30 days from the first of them. A sign-in does not clear them. */
export const FAILURES_WINDOW_MS = 30 * DAY_MS

/** The longest code. The ladder ends here. */
export const MAX_DIGITS = 10

/**
 * The ladder: wrong guesses at an address make its codes longer instead of locking it, because an attacker
 * could lock the owner out. A code of `digits` is valid while the address has fewer failures than `below`.
 */
export const LADDER = [
  { digits: 6, below: 5 },
  { digits: 8, below: 50 },
  // The largest count a double holds exactly: no number of failures makes ten digits too short.
  { digits: MAX_DIGITS, below: Number.MAX_SAFE_INTEGER },
] as const

/** How many digits a new code needs for an address with so many failures. */
export function digitsFor(failures: number, configuredDigits: number): number {
  const rung = LADDER.find(({ below }) => failures < below)
  return Math.max(configuredDigits, rung?.digits ?? MAX_DIGITS)
}

/** The smallest number of failures at which a code of so many digits is too short. */
export function failuresBelow(digits: number): number {
  const rung = LADDER.findLast((candidate) => candidate.digits <= digits)
  return rung?.below ?? 0
}

/** The smallest number of failures at which new codes have the longest length. */
export const FAILURES_FOR_LONGEST_CODE = failuresBelow(LADDER[LADDER.length - 2]?.digits ?? 0)
