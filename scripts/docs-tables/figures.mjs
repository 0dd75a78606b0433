// The tables of how likely a guess is, from the function that computes it.

import { code, table } from './markdown.mjs'
import { problems } from './problems.mjs'

const PAGE = 'docs/operations/guess-figure.md'
const YEAR_MS = 365 * 24 * 3600 * 1000
const RESETS_PER_YEAR = [0, 12, 365]
const CONFIGURATIONS = {
  'the defaults, all three budgets': {},
  'the defaults, strangers’ budget alone': { budgets: 1 },
  [`${code('digits: 8')}, all three budgets`]: { digits: 8 },
  'two names on one store': { names: 2 },
  'three names on one store': { names: 3 },
  'two processes with a memory store each': { processes: 2 },
}

const chance = (number) => number.toExponential(1)
const count = (number) => number.toLocaleString('en')

export async function figureTables(load) {
  const { guessProbability } = await load('guess-probability.js')
  return {
    [PAGE]: {
      calculation: calculation(
        guessProbability(),
        await load('challenge/ladder.js'),
        await load('options/read-limits.js'),
      ),
      configurations: configurations(guessProbability),
    },
  }
}

/** The sum that the figure is, under the defaults. */
function calculation(figure, { LADDER, FAILURES_WINDOW_MS }, { sendBudget }) {
  const { burst, refillMs } = sendBudget('', { maxSendsPerHour: 5, maxSendsPerDay: 20 })
  const windows = Math.ceil(YEAR_MS / FAILURES_WINDOW_MS) + 1
  const atLongest = 5 * (burst + Math.ceil(YEAR_MS / refillMs))
  const parts = LADDER.map(({ digits, below }, n) => {
    const isLongest = n === LADDER.length - 1
    const [factor, guesses] = isLongest
      ? [3, atLongest]
      : [windows, below - (LADDER[n - 1]?.below ?? 0)]
    return { digits, text: `${factor} × ${count(guesses)}`, guesses: factor * guesses }
  })
  const sum = parts.reduce((total, { digits, guesses }) => total + guesses / 10 ** digits, 0)
  if (chance(sum) !== chance(figure)) {
    problems.push(
      `${PAGE} explains ${chance(sum)}, and guessProbability() returns ${chance(figure)}.`,
    )
  }
  return table(
    ['digits', 'guesses', 'chance'],
    [
      ...parts.map(({ digits, text, guesses }) => [
        digits,
        `${text} = ${count(guesses)}`,
        chance(guesses / 10 ** digits),
      ]),
      ['', '', `**${chance(figure)}**`],
    ],
  )
}

function configurations(guessProbability) {
  const rows = Object.entries(CONFIGURATIONS).map(([words, limits]) => [
    words,
    ...RESETS_PER_YEAR.map((resetsPerYear) =>
      chance(guessProbability({ ...limits, resetsPerYear })),
    ),
  ])
  return table(['the store is emptied', 'never', '12 times a year', '365 times a year'], rows)
}
