import { describe, expect, it } from 'vitest'
import { ADA } from '../helpers/world.js'
import { wrongCode } from '../helpers/wrong-code.js'
import { deviceWorld, sentBack } from './device-world.js'

const verified = (events: readonly { type: string }[]) =>
  events.filter(({ type }) => type === 'verified')

describe('the browser of a sign-in', () => {
  it('is new at its first sign-in, and known at the next', async () => {
    const { signIn, events } = await deviceWorld()
    const { device } = await signIn()
    await signIn(ADA, { Cookie: sentBack(device) })
    await signIn()
    expect(verified(events)).toMatchObject([
      { browser: 'new' },
      { browser: 'known' },
      { browser: 'new' },
    ])
  })

  it('is new where its cookie belongs to another address', async () => {
    const { signIn, events } = await deviceWorld()
    const { device } = await signIn('eve@example.com')
    await signIn(ADA, { Cookie: sentBack(device) })
    expect(verified(events)).toMatchObject([{ browser: 'new' }, { browser: 'new' }])
  })

  it('is not known where no cookie can work', async () => {
    const off = await deviceWorld({ knownBrowsers: false })
    await off.signIn()
    expect(verified(off.events)).toMatchObject([{ browser: undefined }])
  })

  it('comes with the wrong guesses at the address, which stay counted', async () => {
    const { client, mails, signIn, events } = await deviceWorld()
    const ada = client()
    await ada.requestCode(ADA)
    const code = mails.at(-1)?.code as string
    await ada.enterCode(wrongCode(code))
    await ada.enterCode(wrongCode(code))
    await ada.enterCode(code)
    await signIn()
    expect(verified(events)).toMatchObject([{ failures: 2 }, { failures: 2 }])
  })
})
