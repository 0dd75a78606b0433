/** Returns the known name that is closest to a misspelt one, or `undefined` if none is close. */
export function nearMiss(name: string, known: readonly string[]): string | undefined {
  const plain = (text: string) => text.toLowerCase().replace(/[^a-z0-9]/g, '')
  const [nearest] = known
    .map((candidate) => ({ candidate, slips: slips(plain(name), plain(candidate)) }))
    .sort((a, b) => a.slips - b.slips)
  // Two swapped letters are two slips, in a short name too.
  return nearest && nearest.slips <= 2 ? nearest.candidate : undefined
}

/** How many letters are wrong. A name that is cut short, or is too long at its end, counts as one slip. */
function slips(name: string, candidate: string): number {
  const isCut = candidate.startsWith(name) || name.startsWith(candidate)
  return Math.min(
    editDistance(name, candidate),
    isCut && name.length > 2 ? 1 : Number.POSITIVE_INFINITY,
  )
}

/** Computes the Levenshtein distance, row by row. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[b.length] ?? 0
}
