import { test } from 'vitest'
import { agreesWithTheModel } from './agrees-with-the-model.js'
import { everyStore } from './list.js'

everyStore((running, { isBounded = false }) => {
  // memory-agrees-with-the-model.test.ts has a model that drops data as well.
  if (isBounded) return test.skip('answers like the model')
  test('answers like the model', { timeout: 180_000 }, () =>
    agreesWithTheModel(() => running().clocked()),
  )
})
