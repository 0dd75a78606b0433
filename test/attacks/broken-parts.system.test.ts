import { afterAll, describe, it } from 'vitest'
import { describeWithPostgres } from '../helpers/postgres-server.js'
import { describeWithRedis } from '../helpers/redis-server.js'
import { everyStore } from '../stores/list.js'
import { AROUND_THE_STORE } from './broken-parts/around-the-store.js'
import { attack, type Report } from './broken-parts/attack.js'
import { crashing } from './broken-parts/crashes.js'
import { IN_MEMORY } from './broken-parts/in-memory.js'
import { FAILS, type Scenario } from './broken-parts/part.js'
import { ON_POSTGRES } from './broken-parts/postgres.js'
import { usePostgres } from './broken-parts/postgres-scenarios.js'
import { ON_REDIS } from './broken-parts/redis.js'

// Tries to sign in without reading the mail while one part of the application is broken. With BROKEN_PARTS set to a
// number, an attacker makes so many guesses in each state instead of two more than a challenge allows, more states are tried, and a table is
// printed: BROKEN_PARTS=200 npm test -- test/attacks/broken-parts

const ASKED = process.env.BROKEN_PARTS
const GUESSES = Number(ASKED ?? 7)

const reports: Report[] = []
afterAll(() => {
  if (ASKED) console.info(reports.map(lineOf).join('\n'))
})

function lineOf({ name, guesses, judged, counted, accepted, wrong }: Report): string {
  const answers = Object.entries(wrong).map(([said, times]) => `${times} ${said}`)
  const line = `${name}: ${judged} of ${guesses} guesses judged, ${counted} counted`
  return `${line}; right code accepted: ${accepted} (${answers.join(', ')})`
}

const withCrashes = (scenarios: readonly Scenario[]) => [
  ...scenarios,
  ...scenarios
    .filter(({ name }) => / killed and started( with its data)?$/.test(name))
    .map(crashing),
]

function attackEach(scenarios: readonly Scenario[]): void {
  for (const scenario of scenarios) {
    it.skipIf(scenario.isLong && !ASKED)(scenario.name, async () => {
      reports.push(await attack(scenario, GUESSES))
    })
  }
}

describe('nobody signs in without the code, and each judged guess is counted, with', () => {
  attackEach([...AROUND_THE_STORE, ...IN_MEMORY])
})

describe('nobody signs in without the code while the store cannot count a guess', () => {
  everyStore((running) => {
    it('and each judged guess is counted', { timeout: 240_000 }, async (context) => {
      const { faults } = running()
      if (faults.length === 0) context.skip('no write can fail')
      for (const { name, skipped, prepare } of faults) {
        if (skipped) continue
        const { store, enter, leave } = await prepare()
        const phases = [{ name, enter, ...FAILS }]
        const setUp = () => ({ store, phases, repair: leave })
        reports.push(await attack({ name: `the store ${name}`, setUp }, GUESSES))
      }
    })
  })
})

describeWithRedis('the same, with', () => attackEach(withCrashes(ON_REDIS)))

describeWithPostgres('the same, with', () => {
  usePostgres()
  attackEach(withCrashes(ON_POSTGRES))
})
