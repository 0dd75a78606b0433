import { beforeAll, describe, expect, it } from 'vitest'
import { locationOf, startGuide } from './guide.js'

describe('the program of docs/guides/invites.md', () => {
  let world: Awaited<ReturnType<typeof startGuide>>
  beforeAll(async () => {
    world = await startGuide('docs/guides/invites.md')
  })

  /** Requests a code at a URL and enters it. */
  async function enter(path: string, email: string) {
    const browser = world.browser()
    return { browser, to: await world.enterCode(browser, email, path, '/login') }
  }
  async function invite(email: string, mailedTo = email): Promise<string> {
    const ada = await world.signIn('ada@example.com')
    const sent = world.smtp.mails.length
    expect(await locationOf(ada.submit('/invites', { email }))).toBe('/')
    const mail = (await world.smtp.waitFor(sent + 1))[sent]
    expect(mail?.envelope.to).toEqual([mailedTo])
    return /(\/login\?\S+)/.exec(mail?.text ?? '')?.[1] ?? ''
  }

  it('lets the invited address in once, and leads it to the page of the invite', async () => {
    const link = await invite('ben@example.com')
    expect((await world.browser().get(link)).text).toContain('name="email"')
    expect((await enter(link, 'eve@example.com')).to).toBe('/login')
    const { browser, to } = await enter(link, 'ben@example.com')
    expect(to).toBe('/welcome')
    expect((await browser.get('/welcome')).json).toEqual({
      email: 'ben@example.com',
      path: '/welcome',
    })
    expect((await enter('/login', 'ben@example.com')).to).toBe('/')
  })

  it.each(['ivy@exmaple.com', 'ivy@example'])(
    'keeps the invite of a user who typed %s and corrects it',
    async (typed) => {
      const email = `ivy.${typed.length}@example.com`
      const link = await invite(email)
      const browser = world.browser()
      const leadsTo = await locationOf(browser.submit(link, { email: typed }))
      expect(await world.enterCode(browser, email, leadsTo ?? '')).toBe('/welcome')
    },
  )

  it('lets in an invited address whose domain is written in Unicode', async () => {
    const link = await invite('Dan@Bücher.example', 'dan@xn--bcher-kva.example')
    expect((await enter(link, 'dan@bücher.example')).to).toBe('/welcome')
  })

  it('answers 400 to what is no address, and mails nobody', async () => {
    const ada = await world.signIn('ada@example.com')
    const sent = world.smtp.mails.length
    for (const email of ['', 'nonsense', 'a@b', 'ada@example.com, x@example.com']) {
      expect((await ada.submit('/invites', { email })).status).toBe(400)
    }
    const twice = new URLSearchParams('email=a@x.example&email=b@x.example')
    expect((await ada.submit('/invites', twice)).status).toBe(400)
    expect((await ada.submit('/invites', {})).status).toBe(400)
    expect(world.smtp.mails).toHaveLength(sent)
  })

  it('refuses an address without an invite, and an invite after seven days', async () => {
    expect((await enter('/login', 'fay@example.com')).to).toBe('/login')
    expect((await enter('/login?invite=x', 'gus@example.com')).to).toBe('/login')
    const link = await invite('hal@example.com')
    world.pass(7 * 24 * 60 * 60 * 1000 + 1000)
    expect((await enter(link, 'hal@example.com')).to).toBe('/login')
  })

  it('leads back to a page of this site only', async () => {
    expect(await locationOf(world.browser().get('/welcome'))).toBe('/login?to=/welcome')
    expect((await enter('/login?to=/welcome', 'ada@example.com')).to).toBe('/welcome')
    for (const to of ['https://evil.example', '//evil.example', '/\\evil.example']) {
      expect((await enter(`/login?to=${encodeURIComponent(to)}`, 'ada@example.com')).to).toBe('/')
    }
    expect((await enter('/login?to=/a&to=//evil.example', 'ada@example.com')).to).toBe('/')
  })
})
