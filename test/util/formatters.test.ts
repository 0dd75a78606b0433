import { expect, it, onTestFinished } from 'vitest'
import { amountText, waitText } from '../../src/util/durations.js'
import { pluralsOf } from '../../src/util/plurals.js'

it('formatters of a language are made once, and each language has its own', () => {
  const made: string[] = []
  for (const name of ['NumberFormat', 'RelativeTimeFormat', 'PluralRules'] as const) {
    const original: object = Intl[name]
    const counted = new Proxy(original, {
      construct(target, given) {
        made.push(`${name} ${given[0]}`)
        return Reflect.construct(target as never, given)
      },
    })
    Object.assign(Intl, { [name]: counted })
    onTestFinished(() => void Object.assign(Intl, { [name]: original }))
  }
  const sentences = { one: 'one', few: 'few', many: 'many', other: 'other' }
  const write = () =>
    ['pl', 'de', 'en'].map((tag) => [
      amountText(tag, 2, 'minute'),
      amountText(tag, 2, 'day'),
      waitText(tag, 120),
      pluralsOf(tag, [])(2, sentences as never),
    ])
  write()
  made.length = 0
  expect(write()).toEqual([
    ['2 minuty', '2 dni', 'za 2 minuty', 'few'],
    ['2 Minuten', '2 Tage', 'in 2 Minuten', 'other'],
    ['2 minutes', '2 days', 'in 2 minutes', 'other'],
  ])
  expect(made).toEqual([])
  // What is not known yet is made: the count counts.
  waitText('fi', 120)
  expect(made).toEqual(['RelativeTimeFormat fi'])
})
