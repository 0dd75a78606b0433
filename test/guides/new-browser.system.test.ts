import { beforeAll, describe, expect, it } from 'vitest'
import { until } from '../helpers/until.js'
import { wrongCode } from '../helpers/wrong-code.js'
import { startGuide } from './guide.js'

const ADA = 'ada@example.com'

describe('the program of docs/guides/new-browser.md', () => {
  let world: Awaited<ReturnType<typeof startGuide>>
  beforeAll(async () => {
    world = await startGuide('docs/guides/new-browser.md')
  })

  it('tells the owner of an account about a new browser, and of no other sign-in', async () => {
    const { browser, signIn, smtp } = world
    const known = await signIn(ADA)
    expect((await known.get('/')).json).toEqual({ email: ADA })
    // The same browser, without its session.
    known.cookies.delete('connect.sid')
    await signIn(ADA, known)
    expect(smtp.mails).toHaveLength(2)

    const other = browser()
    await other.submit('/login', { email: ADA })
    const code = (await smtp.waitFor(3))[2]?.code ?? ''
    await other.submit('/login', { code: wrongCode(code) })
    await other.submit('/login', { code })
    const notice = (await smtp.waitFor(4))[3]
    expect(notice?.envelope.to).toEqual([ADA])
    expect(notice?.subject).toBe('New sign-in to Acme')
    expect(notice?.text).toContain('from a browser that we do not know')
    expect(notice?.text).toContain('Wrong codes for this address within 30 days: 1.')

    await signIn('ben@example.com')
    expect(smtp.mails).toHaveLength(5)
  })

  it('signs in although the notice cannot be sent', async () => {
    const { browser, signIn, smtp, output } = world
    const eve = 'eve@example.com'
    await signIn(eve)
    const other = browser()
    const sent = smtp.mails.length
    await other.submit('/login', { email: eve })
    const code = (await smtp.waitFor(sent + 1))[sent]?.code ?? ''
    smtp.rejectRecipient()
    const entered = await other.submit('/login', { code })
    expect(entered.headers.get('location')).toBe('/')
    await until(() => output.text.includes('no notice was sent'))
    expect(output.text).not.toContain(eve)
    expect((await other.get('/')).json).toEqual({ email: eve })
  })
})
