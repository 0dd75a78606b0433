import { beforeAll, describe, expect, it } from 'vitest'
import { en } from '../../src/languages/en.js'
import type { Browser } from '../helpers/browser.js'
import { DAY, MINUTE } from '../helpers/clock.js'
import { until } from '../helpers/until.js'
import { locationOf, startGuide } from './guide.js'

describe('the program of docs/guides/change-of-address.md', () => {
  let world: Awaited<ReturnType<typeof startGuide>>
  beforeAll(async () => {
    world = await startGuide('docs/guides/change-of-address.md')
  })

  const user = async (browser: Browser) => (await browser.get('/')).json

  /** Signs in and proves the old mailbox. */
  async function proven(email: string): Promise<Browser> {
    const { signIn, smtp, codeAfter } = world
    const browser = await signIn(email)
    expect(await locationOf(browser.get('/account/email', HTML))).toBe('/confirm')
    const sent = smtp.mails.length
    expect(await locationOf(browser.submit('/confirm', {}))).toBe('/confirm')
    const code = await codeAfter(sent)
    const mail = smtp.mails.slice(sent).find(({ text }) => text.includes(code))
    expect(mail?.envelope.to).toEqual([email])
    expect(mail?.text).toContain('change your e-mail address')
    expect(await locationOf(browser.submit('/confirm', { code }))).toBe('/account/email')
    return browser
  }
  async function requestChange(browser: Browser, email: string): Promise<string> {
    const sent = world.smtp.mails.length
    await browser.submit('/account/email/code', { email })
    return world.codeAfter(sent)
  }
  const isOn = (subject: string, email: string) =>
    world.smtp.mails.some((mail) => mail.envelope.to[0] === email && mail.subject === subject)
  /** The link in the newest of so many notices to an old mailbox. */
  async function tokenFor(old: string, count = 1): Promise<string> {
    const isNotice = ({ envelope, subject }: (typeof world.smtp.mails)[number]) =>
      envelope.to[0] === old && subject.includes('was changed')
    await until(() => world.smtp.mails.filter(isNotice).length === count)
    return /token=([\w-]+)/.exec(world.smtp.mails.findLast(isNotice)?.text ?? '')?.[1] ?? ''
  }

  it('changes the address by a code from each mailbox, and the old one can undo it', async () => {
    const { signIn, browser } = world
    const other = await signIn('ada@example.com')
    const before = await user(other)
    const ada = await proven('ada@example.com')
    const code = await requestChange(ada, 'ada@new.example')
    expect(world.smtp.mails.at(-1)?.envelope.to).toEqual(['ada@new.example'])
    expect(await locationOf(ada.submit('/account/email', { code }))).toBe('/')
    expect(await user(ada)).toMatchObject({ id: before.id, email: 'ada@new.example' })
    // The other session has ended, and the proof with the old session.
    expect(await locationOf(other.get('/'))).toBe('/login')
    expect(await locationOf(ada.get('/account/email', HTML))).toBe('/confirm')
    expect(await user(await signIn('ada@new.example'))).toMatchObject({ id: before.id })
    await expect(signIn('ada@example.com')).rejects.toThrow('not signed in')

    const token = await tokenFor('ada@example.com')
    const owner = browser()
    expect((await owner.get(`/undo?token=${token}`)).text).toContain(token)
    expect(await user(ada)).toMatchObject({ email: 'ada@new.example' })
    expect(await locationOf(owner.submit('/undo', { token }))).toBe('/login')
    expect(await locationOf(ada.get('/'))).toBe('/login')
    expect(await user(await signIn('ada@example.com'))).toMatchObject({ id: before.id })
    expect((await owner.submit('/undo', { token })).status).toBe(410)
    await until(() => isOn(UNDONE, 'ada@new.example'))
  })

  it('asks for the old mailbox on every path, and for a sign-in before it', async () => {
    const { browser, signIn, smtp } = world
    expect(await locationOf(browser().get('/account/email', HTML))).toBe('/login')
    const thief = await signIn('cy@example.com')
    const sent = smtp.mails.length
    for (const path of ['/account/email', '/account/email/code']) {
      const refused = await thief.submit(path, { email: 'thief@example.com', code: '123456' })
      expect([refused.status, refused.json.reason]).toEqual([401, 'otp_required'])
    }
    expect(smtp.mails).toHaveLength(sent)
  })

  it('confirms no session that was stolen before the code, nor the own one for more than five minutes', async () => {
    const { browser, signIn, enterCode, pass } = world
    const email = 'hal@example.com'
    const hal = await signIn(email)
    const thief = browser()
    for (const [name, value] of hal.cookies) thief.cookies.set(name, value)
    expect(await user(thief)).toMatchObject({ email })
    expect(await enterCode(hal, email, '/confirm')).toBe('/account/email')
    expect((await hal.get('/account/email')).status).toBe(200)
    expect(await locationOf(thief.get('/account/email', HTML))).toBe('/login')
    const theirs = { email: 'thief@evil.example' }
    expect((await thief.submit('/account/email/code', theirs)).status).toBe(401)
    pass(5 * MINUTE)
    expect((await hal.submit('/account/email/code', theirs)).status).toBe(401)
  })

  it('does not tell that an address is taken', async () => {
    const { signIn, smtp } = world
    await signIn('ben@example.com')
    const dan = await proven('dan@example.com')
    await requestChange(dan, 'free@example.com')
    const sent = smtp.mails.length
    const ask = async (email: string) => {
      const { status, text } = await dan.submit('/account/email/code', { email })
      // The id of the request, and what differs by the second.
      const other =
        /(name="pendingId" value|data-(pending|expires|wait))="\w+"|<bdi>\d+:\d+<\/bdi>/g
      return [status, text.replaceAll(email, 'x').replace(other, '')]
    }
    const free = await ask('another@example.com')
    expect(free[1]).toContain(en.page.codeLabel)
    expect(await ask('ben@example.com')).toEqual(free)
    await smtp.waitFor(sent + 1)
    expect(smtp.mails.slice(sent).map(({ envelope }) => envelope.to[0])).toEqual([
      'another@example.com',
    ])
  })

  it('lets one of two changes at once win', async () => {
    const { signIn } = world
    const [one, two] = [await proven('eva@example.com'), await proven('eva@example.com')]
    const codes = [
      await requestChange(one, 'eva1@example.com'),
      await requestChange(two, 'eva2@example.com'),
    ]
    const answers = await Promise.all(
      [one, two].map((browser, n) => browser.submit('/account/email', { code: codes[n] ?? '' })),
    )
    const won = answers.findIndex(({ headers }) => headers.get('location') === '/')
    expect(answers.filter(({ headers }) => headers.get('location') === '/')).toHaveLength(1)
    const winner = `eva${won + 1}@example.com`
    await tokenFor('eva@example.com') // or the notice could be taken for the mail with the code
    expect(await user(await signIn(winner))).toMatchObject({ email: winner })
    expect([401, 409]).toContain(answers[1 - won]?.status)
  })

  it('undoes the first of several changes, and none after seven days', async () => {
    const { browser, signIn, pass } = world
    const thief = await proven('fay@example.com')
    const code = await requestChange(thief, 'fay1@example.com')
    await thief.submit('/account/email', { code })
    const owners = await tokenFor('fay@example.com')
    const again = await proven('fay1@example.com')
    await again.submit('/account/email', { code: await requestChange(again, 'fay2@example.com') })
    const thiefs = await tokenFor('fay1@example.com')
    expect(await locationOf(browser().submit('/undo', { token: owners }))).toBe('/login')
    expect((await browser().submit('/undo', { token: thiefs })).status).toBe(410)
    const fay = await proven('fay@example.com')
    await fay.submit('/account/email', { code: await requestChange(fay, 'fay3@example.com') })
    const late = await tokenFor('fay@example.com', 2)
    pass(7 * DAY + 1000)
    expect((await browser().submit('/undo', { token: late })).status).toBe(410)
    expect(await user(await signIn('fay3@example.com'))).toMatchObject({
      email: 'fay3@example.com',
    })
  })

  it('gives no undo to the mailbox that a change back removes', async () => {
    const { browser, smtp, signIn } = world
    const change = async (from: string, to: string) => {
      const thief = await proven(from)
      await thief.submit('/account/email', { code: await requestChange(thief, to) })
      expect(await user(thief)).toMatchObject({ email: to })
    }
    await change('gil@example.com', 'thief@example.com')
    const owners = await tokenFor('gil@example.com')
    await change('thief@example.com', 'gil@example.com')
    await until(() => isOn(UNDONE, 'thief@example.com'))
    expect(smtp.mails.filter(({ text }) => text.includes('/undo?token='))).not.toContainEqual(
      expect.objectContaining({ envelope: expect.objectContaining({ to: ['thief@example.com'] }) }),
    )
    expect((await browser().submit('/undo', { token: owners })).status).toBe(410)
    const gil = await user(await signIn('gil@example.com'))
    // Nothing is reserved for the thief, whose sign-in makes another account.
    expect((await user(await signIn('thief@example.com'))).id).not.toBe(gil.id)
  })
})

const UNDONE = 'The change of your Acme account was undone'
const HTML = { accept: 'text/html' }
