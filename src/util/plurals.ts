/**
 * Returns a function that chooses the sentence for a count. `categories` are those that whole numbers have in the
 * language (Unicode CLDR), so that a sentence that is missing does not compile.
 */
export function pluralsOf<Category extends Intl.LDMLPluralRule>(
  tag: string,
  categories: readonly [...(readonly Category[]), Category],
): (count: number, sentences: Readonly<Record<Category, string>>) => string {
  return (count, sentences) => {
    // Made for each call: nothing is done while a module loads, and these sentences are rare.
    const category = new Intl.PluralRules(tag).select(count)
    return sentences[categories.find((one) => one === category) ?? (categories.at(-1) as Category)]
  }
}
