import { beforeAll, describe, expect, it } from 'vitest'
import { en } from '../../src/languages/en.js'
import { MINUTE } from '../helpers/clock.js'
import { wrongCode } from '../helpers/wrong-code.js'
import { locationOf, startGuide } from './guide.js'

describe('the program of docs/guides/sign-up.md', () => {
  let world: Awaited<ReturnType<typeof startGuide>>
  beforeAll(async () => {
    world = await startGuide('docs/guides/sign-up.md')
  })

  async function signUp(email: string, name: string) {
    const { browser, smtp } = world
    const one = browser()
    expect((await one.get('/sign-up')).text).toContain('name="terms"')
    const sent = smtp.mails.length
    const asked = await one.submit('/sign-up', { email, name, terms: 'on' })
    expect(asked.headers.get('location')).toBe('/sign-up')
    const code = (await smtp.waitFor(sent + 1))[sent]?.code ?? ''
    const page = (await one.get('/sign-up')).text
    expect(await locationOf(one.submit('/login', { code }))).toBe('/login')
    expect(await locationOf(one.submit('/sign-up', { code }))).toBe('/')
    return { browser: one, page: page.replaceAll(email, 'x').replace(/"[a-z]{16}"/g, '') }
  }

  it('makes an account with the code, and signs in to it afterwards on the other page', async () => {
    const { browser } = await signUp('ada@example.com', 'Ada')
    expect((await browser.get('/')).json).toEqual({ email: 'ada@example.com', name: 'Ada' })
    const again = await world.signIn('ada@example.com')
    expect((await again.get('/')).json).toEqual({ email: 'ada@example.com', name: 'Ada' })
  })

  it('answers an address with an account as any other, and changes nothing in it', async () => {
    const fresh = await signUp('ben@example.com', 'Ben')
    const taken = await signUp('ben@example.com', 'Eve')
    expect(taken.page).toBe(fresh.page)
    expect((await taken.browser.get('/')).json).toEqual({ email: 'ben@example.com', name: 'Ben' })
  })

  it('makes the account with the name of the form for a user who corrects the address', async () => {
    const { browser, enterCode } = world
    const one = browser()
    const form = { email: 'eva@exmaple.com', name: 'Eva', terms: 'on' }
    expect(await locationOf(one.submit('/sign-up', form))).toBe('/sign-up')
    // The form of this page has no other field.
    expect((await one.get('/sign-up')).text).not.toContain('name="terms"')
    expect(await enterCode(one, 'eva@example.com', '/sign-up')).toBe('/')
    expect((await one.get('/')).json).toEqual({ email: 'eva@example.com', name: 'Eva' })
  })

  it('gives name and consent of a sign-up whose code has ended to nobody else', async () => {
    const { browser, smtp } = world
    const one = browser()
    const sent = smtp.mails.length
    await one.submit('/sign-up', { email: 'gil@example.com', name: 'Gil', terms: 'on' })
    const code = wrongCode(await world.codeAfter(sent))
    for (let i = 0; i < 6; i += 1) await one.submit('/sign-up', { code })
    const { text } = await one.get('/sign-up')
    expect(text).toContain('name="terms"')
    expect(text).toContain(en.reasons.too_many_attempts)
    expect(await locationOf(one.submit('/sign-up', { email: 'hal@example.com' }))).toBe('/sign-up')
    expect(smtp.mails).toHaveLength(sent + 1)
    const form = { email: 'hal@example.com', name: 'Hal', terms: 'on' }
    await one.submit('/sign-up', form)
    const right = await world.codeAfter(sent + 1)
    expect(await locationOf(one.submit('/sign-up', { code: right }))).toBe('/')
    expect((await one.get('/')).json).toEqual({ email: 'hal@example.com', name: 'Hal' })
  })

  it('shows the whole form to the next person once a code has expired', async () => {
    const { browser, smtp, pass } = world
    const one = browser()
    const sent = smtp.mails.length
    await one.submit('/sign-up', { email: 'ivy@example.com', name: 'Ivy', terms: 'on' })
    await world.codeAfter(sent)
    expect((await one.get('/sign-up')).text).not.toContain('name="terms"')
    pass(10 * MINUTE)
    expect((await one.get('/sign-up')).text).toContain('name="terms"')
    await one.submit('/sign-up', { email: 'jo@example.com' })
    expect(smtp.mails).toHaveLength(sent + 1)
  })

  it('gives no session to a form that another site sends', async () => {
    const form = { email: 'fay@example.com', name: 'Fay', terms: 'on' }
    const foreign = { 'sec-fetch-site': 'cross-site' }
    const { headers } = await world.browser().submit('/sign-up', form, foreign)
    expect(headers.get('location')).toBe('/sign-up')
    expect(headers.getSetCookie()).toEqual([])
  })

  it('mails nobody without the terms, and no stranger who signs in', async () => {
    const { browser, signIn, smtp } = world
    const sent = smtp.mails.length
    const one = browser()
    await one.submit('/sign-up', { email: 'cy@example.com', name: 'Cy' })
    await one.submit('/login', { email: 'cy@example.com' })
    await signUp('dan@example.com', 'Dan')
    await signIn('dan@example.com')
    const to = smtp.mails.slice(sent).map(({ envelope }) => envelope.to[0])
    expect(to).toEqual(['dan@example.com', 'dan@example.com'])
  })
})
