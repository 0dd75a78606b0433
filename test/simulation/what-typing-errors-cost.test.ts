import { expect, it } from 'vitest'
import { Document } from '../helpers/documents.js'
import { stopTheClock } from './clock.js'
import { seeded } from './rules.js'
import { honestYears } from './typing-errors.js'
import { World } from './world.js'

// Failures are never refunded, so the typing errors of honest users make their own codes longer. This measures how
// often, and docs/operations/guess-figure.md has the table.

stopTheClock()

const YEARS = 100
const START = '<!-- typing-table -->'
const END = '<!-- /typing-table -->'

const ERROR_RATES = [0.02, 0.05, 0.1]
const USERS: readonly [string, number][] = [
  ['once a day', 1],
  ['five times a day', 5],
]

/** The share of sign-ins with a code of eight digits. All others have six, and none is impossible. */
async function shareOfLongerCodes(perDay: number, errorRate: number): Promise<number> {
  const random = seeded(1)
  const mistypes = () => random() < errorRate
  const result = await honestYears(new World(), { years: YEARS, perDay, mistypes })
  expect(result.lockedOut).toBe(0)
  const [six = 0, eight = 0] = [6, 8].map((digits) => result.byDigits.get(digits))
  expect(six + eight).toBe(result.signIns)
  return eight / result.signIns
}

function printed(share: number): string {
  return share < 0.01 ? 'below 1 %' : `${Math.round(100 * share)} %`
}

it('typing errors make codes of honest users longer as often as the documentation says, and lock no user out', async () => {
  const row = (...cells: string[]) => `| ${cells.join(' | ')} |`
  const rates = ERROR_RATES.map((rate) => `${100 * rate} % mistyped`)
  const lines = [row('the user signs in', ...rates), row('---', ...rates.map(() => '---'))]
  for (const [words, perDay] of USERS) {
    const cells: string[] = []
    for (const rate of ERROR_RATES) cells.push(printed(await shareOfLongerCodes(perDay, rate)))
    lines.push(row(words, ...cells))
  }
  const table = lines.join('\n')
  console.info(table)
  const [, rest = ''] = new Document('docs/operations/guess-figure.md').text.split(START)
  const [found = ''] = rest.split(END)
  expect(found.trim(), `the page needs, between ${START} and ${END}:\n\n${table}\n`).toBe(table)
}, 120_000)
