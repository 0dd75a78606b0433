import { describe } from './describe.js'
import { nearMiss } from './near-miss.js'
import { member, own } from './own.js'
import { setUpError } from './set-up-error.js'

/** The error for a wrong option. It names the option, the value and what is expected. */
export function wrongOption(owner: string, name: string, got: string, expected: string): TypeError {
  if (got === 'undefined') {
    return setUpError(`${owner}: option "${name}" is missing; it must be ${expected}`)
  }
  return setUpError(`${owner}: option "${name}" must be ${expected}; got ${got}`)
}

/**
 * @param help the page that explains the options; by default the one about mistakes at the start of the program
 * @throws TypeError unless `options` is an object whose names are all known to `owner`
 */
export function checkNames(
  owner: string,
  options: unknown,
  known: readonly string[],
  help?: string,
): asserts options is object {
  requireObject(owner, options, help)
  for (const name of Object.keys(options)) {
    if (known.includes(name)) continue
    const near = nearMiss(name, known)
    throw setUpError(
      `${owner}: unknown option "${name}". ` +
        (near ? `Did you mean "${near}"?` : `Known options: ${known.join(', ')}`),
      help,
    )
  }
  requireOwn(owner, options, known, help)
}

/** @throws TypeError unless `options` is an object of options */
export function requireObject(
  owner: string,
  options: unknown,
  help?: string,
): asserts options is object {
  if (typeof options === 'object' && options !== null && !Array.isArray(options)) return
  throw setUpError(`${owner}: expected an object of options; got ${describe(options)}`, help)
}

/**
 * Only own properties are read, so an inherited one would be ignored without a word, and a limit with it.
 * @throws TypeError for an option that the object inherits
 */
export function requireOwn(
  owner: string,
  options: object,
  known: readonly string[],
  help?: string,
): void {
  for (const name of known) {
    if (Object.hasOwn(options, name) || member(options, name) === undefined) continue
    throw setUpError(
      `${owner}: option "${name}" is inherited; it must be a property of the options object itself`,
      help,
    )
  }
}

interface Range {
  readonly fallback: number
  readonly min: number
  readonly max: number
}

/** Validating accessors for an options object. `undefined` counts as not given. */
export function optionReader<Options extends object>(owner: string, options: Options) {
  type Name = keyof Options & string
  const wrong = (name: string, value: unknown, expected: string) =>
    wrongOption(owner, name, describe(value), expected)

  return {
    wrong,

    /** The value as it was given. */
    value: (name: Name): unknown => own(options, name),

    wholeNumber(name: Name, { fallback, min, max }: Range): number {
      const value = own(options, name)
      if (value === undefined) return fallback
      if (Number.isInteger(value) && (value as number) >= min && (value as number) <= max) {
        return value as number
      }
      throw wrong(name, value, `a whole number from ${min} to ${max}`)
    },

    text(name: Name, fallback: string): string {
      const value = own(options, name)
      if (value === undefined) return fallback
      if (typeof value === 'string' && value !== '') return value
      throw wrong(name, value, 'a string that is not empty')
    },

    /** One of several words. The first is the default. */
    oneOf<Word extends string>(
      name: Name,
      [fallback, ...others]: readonly [Word, ...Word[]],
    ): Word {
      const value = own(options, name)
      if (value === undefined) return fallback
      const word = [fallback, ...others].find((candidate) => candidate === value)
      if (word !== undefined) return word
      throw wrong(name, value, [fallback, ...others].map((one) => `"${one}"`).join(' or '))
    },

    /** An array, by default an empty one. The error shows its first element that is wrong. */
    arrayOf<Element>(
      name: Name,
      isElement: (one: unknown) => one is Element,
      expected: string,
    ): readonly Element[] {
      const value = own(options, name) ?? []
      if (!Array.isArray(value)) throw wrong(name, value, expected)
      // Not every(): it skips the holes of an array.
      const index = value.findIndex((one) => !isElement(one))
      if (index < 0) return [...value]
      throw wrongOption(owner, name, `${describe(value[index])} in it`, expected)
    },

    flag(name: Name, fallback: boolean): boolean {
      const value = own(options, name)
      if (value === undefined) return fallback
      if (typeof value === 'boolean') return value
      throw wrong(name, value, 'true or false')
    },

    optionalFunction<N extends Name>(name: N): Options[N] | undefined {
      const value = own(options, name)
      if (value !== undefined && typeof value !== 'function') {
        throw wrong(name, value, 'a function')
      }
      return value as Options[N]
    },
  }
}
