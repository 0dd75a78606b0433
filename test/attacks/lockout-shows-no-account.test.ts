import { describe, expect, it } from 'vitest'
import { deviceWorld } from '../devices/device-world.js'
import { stopClock } from '../helpers/clock.js'
import { ADA, shown } from '../helpers/world.js'

const SOLVED = { 'x-captcha': 'solved' }

describe('whether an address has an account', () => {
  it('shows neither by the budget, nor by the CAPTCHA, nor by a device’s cookie', async () => {
    stopClock()
    const world = await deviceWorld({
      captchaPassed: ({ headers }) => headers['x-captcha'] === 'solved',
      allowEmail: (email) => email === ADA,
    })
    const answers = async (email: string) => {
      const seen = []
      for (const headers of [{}, SOLVED]) {
        for (let n = 0; n < 6; n++) seen.push(shown(await world.client(headers).requestCode(email)))
        const client = world.client(headers)
        seen.push(shown(await client.requestCode(email)), shown(await client.enterCode('123456')))
      }
      return JSON.stringify(seen)
        .replaceAll(email, 'who')
        .replaceAll(/.•••@[a-z.]+/g, 'masked')
    }
    const known = await answers(ADA)
    expect(known).toContain('rate_limited')
    // The answers’ lengths follow the address, and nothing else.
    const lengths = /"content-length":"\d+"/g
    expect((await answers('eva@example.com')).replaceAll(lengths, '')).toBe(
      known.replaceAll(lengths, ''),
    )
  })
})
