import { oncePer } from './once-per.js'

// Made when they are first needed: nothing is done while a module loads.
const rules = oncePer((tag: string) => new Intl.PluralRules(tag))

/**
 * Returns a function that chooses the sentence for a count. `categories` are those that the counts of the texts have
 * in the language (Unicode CLDR), so that a sentence that is missing does not compile.
 */
export function pluralsOf<Category extends Intl.LDMLPluralRule>(
  tag: string,
  _categories: readonly Category[],
): (count: number, sentences: Readonly<Record<Category, string>>) => string {
  return (count, sentences) => {
    const category = rules(tag).select(count)
    const sentence = (sentences as Partial<Record<Intl.LDMLPluralRule, string>>)[category]
    if (sentence !== undefined) return sentence
    throw new RangeError(`${tag} has no sentence for "${category}", which ${count} needs`)
  }
}
