import { describe, expect, it } from 'vitest'
import { reasonsIn, twoFactorApp } from './two-factor-app.js'

const SHARED = 'family@example.com'
const FAMILY = { ada: { id: '17', email: SHARED }, ben: { id: '18', email: SHARED } }

describe('two accounts on one mailbox', () => {
  it('stay two: the code of each is of that one alone, also while the other’s is on its way', async () => {
    const { smtp, newBrowser } = await twoFactorApp(FAMILY)
    const [ada, ben] = [newBrowser(), newBrowser()]
    await ada.password('ada')
    const { code } = await smtp.next()
    await ben.password('ben')
    const { code: otherCode } = await smtp.next()
    expect(otherCode).not.toBe(code)

    expect((await ben.enter(code)).status).toBe(401)
    expect((await ada.enter(otherCode)).status).toBe(401)
    expect([await ada.whoAmI(), await ben.whoAmI()]).toEqual([401, 401])

    expect((await ada.enter(code)).body.id).toBe('17')
    expect((await ben.enter(otherCode)).body.id).toBe('18')
    expect([await ada.whoAmI(), await ben.whoAmI()]).toEqual(['17', '18'])
  })

  it('stay two in one browser: the later password’s code is the only one that is waited for', async () => {
    const { smtp, newBrowser } = await twoFactorApp(FAMILY)
    const { password, enter, whoAmI } = newBrowser()
    await password('ada')
    const { code: first } = await smtp.next()
    await password('ben')
    const { code: second } = await smtp.next()
    expect((await enter(first)).status).toBe(401)
    expect(await whoAmI()).toBe(401)
    expect((await enter(second)).body.id).toBe('18')
  })

  it('are in the code: another user’s id in the pending state makes it another code', async () => {
    const { smtp, sessions, asked, newBrowser } = await twoFactorApp(FAMILY)
    const { password, enter, whoAmI } = newBrowser()
    await password('ada')
    const { code } = await smtp.next()
    expect(await sessions.pending('second-factor')).toMatchObject({ subject: '17', email: SHARED })
    for (const subject of ['18', null, '', '17 ', '017', '17\0']) {
      await sessions.plant({ subject }, 'second-factor')
      expect((await enter(code)).status, String(subject)).toBeGreaterThanOrEqual(400)
    }
    expect([asked, await whoAmI()]).toEqual([[], 401])
  })
})

describe('a browser where somebody is signed in already', () => {
  it('can’t enter another user’s code: first that one logs out', async () => {
    const { smtp, asked, events, newBrowser } = await twoFactorApp(FAMILY)
    const { password, enter, logout, whoAmI } = newBrowser()
    await password('ada')
    await enter((await smtp.next()).code)

    await password('ben')
    expect(await whoAmI()).toBe('17')
    const { code } = await smtp.next()
    expect((await enter(code)).status).toBe(403)
    expect(reasonsIn(events)).toEqual(['no_pending_code'])
    expect([asked, await whoAmI()]).toEqual([['17'], '17'])

    await logout()
    await password('ben')
    expect((await enter((await smtp.next()).code)).body.id).toBe('18')
    expect(await whoAmI()).toBe('18')
  })

  it('can sign the same user in again', async () => {
    const { smtp, newBrowser } = await twoFactorApp(FAMILY)
    const { password, enter, whoAmI } = newBrowser()
    for (let n = 0; n < 2; n++) {
      await password('ada')
      expect((await enter((await smtp.next()).code)).status).toBe(200)
    }
    expect(await whoAmI()).toBe('17')
  })
})
