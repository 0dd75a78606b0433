import { type GuessLimits, guessProbability } from 'passport-email-otp'
import { expect, it } from 'vitest'
import { Document } from '../helpers/documents.js'

const START = '<!-- guess-table -->'
const END = '<!-- /guess-table -->'

const CONFIGURATIONS: readonly [string, GuessLimits][] = [
  ['the defaults, all three budgets', {}],
  ['the defaults, strangers’ budget alone', { budgets: 1 }],
  ['`digits: 8`, all three budgets', { digits: 8 }],
  ['two names on one store', { names: 2 }],
  ['three names on one store', { names: 3 }],
  ['two processes with a memory store each', { processes: 2 }],
]

const RESETS_PER_YEAR = [0, 12, 365]

/** As the documents print a chance: `7.9e-5`. */
function printed(chance: number): string {
  return chance.toExponential(1)
}

function guessTable(): string {
  const row = (...cells: string[]) => `| ${cells.join(' | ')} |`
  return [
    row('the store is emptied', 'never', '12 times a year', '365 times a year'),
    row('---', '---', '---', '---'),
    ...CONFIGURATIONS.map(([words, limits]) =>
      row(
        words,
        ...RESETS_PER_YEAR.map((resetsPerYear) =>
          printed(guessProbability({ ...limits, resetsPerYear })),
        ),
      ),
    ),
  ].join('\n')
}

it('the table of guess figures is what the function gives', () => {
  const right = guessTable()
  const [, rest = ''] = new Document('docs/operations/guess-figure.md').text.split(START)
  const [found = ''] = rest.split(END)
  expect(found.trim(), `the page needs, between ${START} and ${END}:\n\n${right}\n`).toBe(right)
})
