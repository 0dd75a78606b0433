import { describe, expect, it, vi } from 'vitest'
import { DAY, HOUR } from '../helpers/clock.js'
import { until } from '../helpers/until.js'
import { startGuide } from './guide.js'

vi.setConfig({ testTimeout: 120_000 })

const PAGE = 'docs/guides/no-account-mail.md'

describe('the program of docs/guides/no-account-mail.md', () => {
  it('answers everyone alike, and mails a stranger once a day and few strangers an hour', async () => {
    const { browser, signIn, smtp, pass } = await startGuide(PAGE, {
      NO_ACCOUNT_MAILS_PER_HOUR: '2',
    })
    const ask = async (email: string) => {
      const one = browser()
      const { status, headers } = await one.submit('/login', { email })
      const { text } = await one.get('/login')
      const page = text.replaceAll(email, 'x').replace(/(data-pending|value)="[a-z]{16}"/g, '')
      return [status, headers.get('location'), page]
    }
    const strangers = () =>
      smtp.mails.map(({ envelope }) => envelope.to[0]).filter((to) => to !== 'ada@example.com')
    /** The strangers who got a mail, once there are so many. The sign-in gives one too many the time to arrive. */
    const recipients = async (count: number) => {
      await until(() => strangers().length >= count)
      await signIn('ada@example.com')
      return strangers()
    }
    const known = await ask('ada@example.com')
    await smtp.waitFor(1)
    expect(await ask('eve@example.com')).toEqual(known)
    const mail = (await smtp.waitFor(2))[1]
    expect(mail?.envelope.to).toEqual(['eve@example.com'])
    expect(mail?.text).toContain('there is no account for it')
    expect(mail?.text).not.toContain('://')
    expect(mail?.text).not.toContain('eve')

    await ask('eve@example.com')
    await ask('fay@example.com')
    await ask('gus@example.com')
    expect(await recipients(2)).toEqual(['eve@example.com', 'fay@example.com'])
    pass(HOUR)
    await ask('eve@example.com')
    await ask('gus@example.com')
    expect(await recipients(3)).toEqual(['eve@example.com', 'fay@example.com', 'gus@example.com'])
    pass(DAY)
    await ask('eve@example.com')
    expect((await recipients(4)).at(-1)).toBe('eve@example.com')
  })

  it.each([
    ['by default', {}],
    ['with a cap that is no number', { NO_ACCOUNT_MAILS_PER_HOUR: '20/h' }],
  ])('is off %s', async (_case, environment) => {
    const { browser, signIn, smtp } = await startGuide(PAGE, environment)
    await browser().submit('/login', { email: 'eve@example.com' })
    await signIn('ada@example.com')
    expect(smtp.mails.map(({ envelope }) => envelope.to[0])).toEqual(['ada@example.com'])
  })
})
