import { expect, it } from 'vitest'
import { createWorld } from '../helpers/world.js'
import { wrongCode } from '../helpers/wrong-code.js'

it('tells how many guesses are left', async () => {
  const { client, codeFor } = await createWorld({ maxAttempts: 3 })
  const ada = client()
  const code = await codeFor(ada)
  const { body } = await ada.enterCode(wrongCode(code))
  expect(body).toMatchObject({ reason: 'invalid_code', attemptsLeft: 2 })
})
