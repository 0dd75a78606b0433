import { expect, it, vi } from 'vitest'
import type { Browser } from '../helpers/browser.js'
import { locationOf, startGuide } from './guide.js'

vi.setConfig({ testTimeout: 120_000 })

it('the program of docs/guides/sign-out-everywhere.md ends every session, by a button and by a report', async () => {
  const { browser, smtp, signIn, pass } = await startGuide('docs/guides/sign-out-everywhere.md')
  const email = 'ada@example.com'
  const isIn = async (one: Browser) => (await one.get('/')).status === 200
  let notices = 0
  /** Signs in from a new browser, and returns the token of the notice. */
  async function newBrowser() {
    const one = await signIn(email)
    notices += 1
    const mail = (await smtp.waitFor(2 * notices))[2 * notices - 1]
    return { one, token: /token=([\w-]{32})/.exec(mail?.text ?? '')?.[1] ?? '' }
  }
  const [a, b] = [await newBrowser(), await newBrowser()]
  expect([await isIn(a.one), await isIn(b.one)]).toEqual([true, true])
  expect(await locationOf(a.one.submit('/sign-out-everywhere', {}))).toBe('/login')
  expect([await isIn(a.one), await isIn(b.one)]).toEqual([false, false])

  const thief = await newBrowser()
  const owner = browser()
  expect((await owner.get(`/not-me?token=${thief.token}`)).text).toContain(thief.token)
  expect(await isIn(thief.one)).toBe(true)
  expect((await owner.submit('/not-me', { token: thief.token })).status).toBe(200)
  expect(await isIn(thief.one)).toBe(false)
  expect((await owner.submit('/not-me', { token: thief.token })).status).toBe(410)

  const late = await newBrowser()
  pass(24 * 60 * 60 * 1000 + 1000)
  expect((await owner.submit('/not-me', { token: late.token })).status).toBe(410)
  expect(await isIn(late.one)).toBe(true)
})
