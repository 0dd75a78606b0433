import { expect, test } from 'vitest'
import { KNOWN_BROWSER, outcomeOf, STRANGER, TEN_DIGITS, verbs } from '../stores/contract/verbs.js'
import { everyStore } from '../stores/list.js'
import type { StoreFault } from '../stores/listed/store.js'

const rules = { failuresBelow: TEN_DIGITS }

everyStore((running) => {
  test('accepts no right code where a wrong one is not counted', async (context) => {
    const { faults } = running()
    if (faults.length === 0) context.skip('no write can fail')
    for (const { name, skipped, prepare } of faults) {
      if (skipped) console.warn(`Skipped: a store ${name} ${skipped}`)
      else await expectNothingJudged(name, await prepare())
    }
  })
})

async function expectNothingJudged(
  state: string,
  { store, enter, leave }: Awaited<ReturnType<StoreFault['prepare']>>,
): Promise<void> {
  const { open, guess, verify, failures } = verbs({ store, advance: () => {} })
  const challenges = ['first', 'second', 'third']
  for (const challenge of challenges) await open(challenge)
  expect(await guess('first', rules)).toMatchObject({ outcome: 'wrong', failures: 1 })

  await enter()
  for (const challenge of challenges) {
    expect(await outcomeOf(guess(challenge, rules)), `${state}: wrong`).toBe('rejected')
    // With another budget nothing has to be refunded, so that fewer writes can fail.
    for (const budget of [STRANGER, KNOWN_BROWSER]) {
      const verified = await outcomeOf(verify(challenge, { ...rules, budget }))
      expect(verified, `${state}: right`).toBe('rejected')
    }
  }
  expect(await outcomeOf(open('fourth')), `${state}: open`).toBe('rejected')
  await leave()

  // Nothing was counted, and no code was used up.
  expect(await guess('second', rules), state).toMatchObject({ outcome: 'wrong', failures: 2 })
  for (const challenge of challenges) {
    expect(await verify(challenge, rules), state).toEqual({ outcome: 'accepted', failures: 2 })
    expect(await verify(challenge, rules), state).toEqual({ outcome: 'unknown' })
  }
  expect(await failures(), state).toBe(2)
}
