import { expect, it } from 'vitest'
import { createWorld, wrongCode } from '../helpers/app.js'

it('tells how many guesses are left', async () => {
  const world = await createWorld({ maxAttempts: 3 })
  const browser = world.browser()
  await browser.ask('ada@example.com')
  const { code } = await world.smtp.next()
  const { body } = await browser.enter(wrongCode(code))
  expect(body).toMatchObject({ reason: 'invalid_code', attemptsLeft: 2 })
})
