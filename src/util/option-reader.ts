/** The known name that a misspelt one comes nearest to, if it comes near at all. */
function nearMiss(name: string, known: readonly string[]): string | undefined {
  const plain = (text: string) => text.toLowerCase().replace(/[^a-z0-9]/g, '')
  const [nearest] = known
    .map((candidate) => ({ candidate, slips: slips(plain(name), plain(candidate)) }))
    .sort((a, b) => a.slips - b.slips)
  // Two letters swapped are two slips, in a short name too.
  return nearest && nearest.slips <= 2 ? nearest.candidate : undefined
}

/** How many letters are wrong. A name that was cut short, or runs on, counts as one slip. */
function slips(name: string, candidate: string): number {
  const isCut = candidate.startsWith(name) || name.startsWith(candidate)
  return Math.min(
    editDistance(name, candidate),
    isCut && name.length > 2 ? 1 : Number.POSITIVE_INFINITY,
  )
}

/** Levenshtein's distance, by rows. */
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

/** Shows a value in an error message, but no URL with a login. Not for secrets: see {@link describeSecret}. */
export function describe(value: unknown): string {
  if (typeof value === 'string') {
    const isShown = value.length <= 80 && !/:\/\/.*@/.test(value)
    return isShown ? JSON.stringify(value) : describeSecret(value)
  }
  if (typeof value === 'function') return 'a function'
  if (Array.isArray(value)) return `an array of ${value.length}`
  return typeof value === 'object' && value !== null ? 'an object' : String(value)
}

/** Shows the type and size of what may be a secret, and nothing of it. */
export function describeSecret(value: unknown): string {
  if (typeof value === 'string') return `a string of ${Buffer.byteLength(value)} bytes`
  if (value instanceof Uint8Array) return `a buffer of ${value.length} bytes`
  return value === undefined ? 'undefined' : `a value of type ${typeof value}`
}

/** The error for a wrong option: which, what was given, what is expected. */
export function wrongOption(owner: string, name: string, got: string, expected: string): TypeError {
  if (got === 'undefined') {
    return new TypeError(`${owner}: option "${name}" is missing; it must be ${expected}`)
  }
  return new TypeError(`${owner}: option "${name}" must be ${expected}; got ${got}`)
}

/** Refuses an options object that isn't one, or has a name that `owner` doesn't know. */
export function checkNames(owner: string, options: unknown, known: readonly string[]): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw new TypeError(`${owner}: expected an object of options; got ${describe(options)}`)
  }
  for (const name of Object.keys(options)) {
    if (known.includes(name)) continue
    const near = nearMiss(name, known)
    throw new TypeError(
      `${owner}: unknown option "${name}". ` +
        (near ? `Did you mean "${near}"?` : `Known options: ${known.join(', ')}`),
    )
  }
}

/** Reads the options of one owner, each by what it must be; `undefined` is as good as absent. */
export function optionReader<Options extends object>(owner: string, options: Options) {
  type Name = keyof Options & string
  const wrong = (name: string, value: unknown, expected: string) =>
    wrongOption(owner, name, describe(value), expected)

  return {
    wrong,

    wholeNumber(name: Name, { fallback, min, max }: Range): number {
      const value = options[name] as unknown
      if (value === undefined) return fallback
      if (Number.isInteger(value) && (value as number) >= min && (value as number) <= max) {
        return value as number
      }
      throw wrong(name, value, `a whole number from ${min} to ${max}`)
    },

    text(name: Name, fallback: string): string {
      const value = options[name] as unknown
      if (value === undefined) return fallback
      if (typeof value === 'string' && value !== '') return value
      throw wrong(name, value, 'a string that is not empty')
    },

    /** One of several words, the first of which is the default. */
    oneOf<const Word extends string>(name: Name, [fallback, ...others]: [Word, ...Word[]]): Word {
      const value = options[name] as unknown
      if (value === undefined) return fallback
      const word = [fallback, ...others].find((candidate) => candidate === value)
      if (word !== undefined) return word
      throw wrong(name, value, [fallback, ...others].map((one) => `"${one}"`).join(' or '))
    },

    flag(name: Name, fallback: boolean): boolean {
      const value = options[name] as unknown
      if (value === undefined) return fallback
      if (typeof value === 'boolean') return value
      throw wrong(name, value, 'true or false')
    },

    optionalFunction<N extends Name>(name: N): Options[N] | undefined {
      const value = options[name] as unknown
      if (value !== undefined && typeof value !== 'function') {
        throw wrong(name, value, 'a function')
      }
      return options[name]
    },
  }
}

interface Range {
  readonly fallback: number
  readonly min: number
  readonly max: number
}
