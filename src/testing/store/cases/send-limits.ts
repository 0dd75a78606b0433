import { always, type StoreCases, withAdvance } from '../store-case.js'
import { DAY, DEVICE, HOUR, MINUTE, SECOND, STRANGER } from '../verbs.js'

export const countsSends: StoreCases = {
  about: 'counting sends',
  cases: [
    withAdvance(
      'five mails go out at once, the sixth exactly 90 minutes after the first',
      "This limit is what bounds the guesses of an attacker who never stops, and the mails in his victim's inbox.",
      async ({ open, advance, same, like }) => {
        for (let i = 0; i < 5; i += 1) like(await open(`${i}`), { outcome: 'opened' })
        same(await open('sixth'), { outcome: 'limited', retryAfterMs: 90 * MINUTE })
        await advance(90 * MINUTE - 1)
        same(await open('sixth'), { outcome: 'limited', retryAfterMs: 1 })
        await advance(1)
        same(await open('sixth'), { outcome: 'opened', failures: 0 })
        same(await open('seventh'), { outcome: 'limited', retryAfterMs: 90 * MINUTE })
      },
    ),

    withAdvance(
      'whoever asks without pause gets five in any hour and twenty in any day at most',
      'A limit that starts anew at each full hour or day lets twice as many through around that moment.',
      async ({ open, advance, same }) => {
        const sentAt: number[] = []
        const pause = 10 * MINUTE
        for (let now = 0; now < 3 * DAY; now += pause) {
          while ((await open(`${now} ${sentAt.length}`)).outcome === 'opened') sentAt.push(now)
          await advance(pause)
        }
        const mostIn = (span: number) =>
          Math.max(...sentAt.map((t) => sentAt.filter((u) => u >= t && u < t + span).length))
        same(mostIn(HOUR), 5)
        same(mostIn(DAY), 20)
      },
    ),

    withAdvance(
      'asking while limited does not prolong the limit',
      'Otherwise whoever keeps asking keeps the owner of the address out for good.',
      async ({ open, advance, like }) => {
        for (let i = 0; i < 5; i += 1) await open(`${i}`)
        for (let i = 0; i < 9; i += 1) {
          await open(`refused ${i}`)
          await advance(10 * MINUTE)
        }
        like(await open('sixth'), { outcome: 'opened' })
      },
    ),

    withAdvance(
      'a budget left alone fills up to its burst and no further',
      'Sends saved up over days of quiet would be a flood of mails at once.',
      async ({ open, advance, same, like }) => {
        await open('first')
        await advance(3 * DAY)
        for (let i = 0; i < 5; i += 1) like(await open(`${i}`), { outcome: 'opened' })
        same(await open('sixth'), { outcome: 'limited', retryAfterMs: 90 * MINUTE })
      },
    ),

    withAdvance(
      'reopening counts a send, and without one left the pending challenge lives on',
      'Every mail counts, or sending again is mail without limit; and a refused mail must not kill the code that came before.',
      async ({ open, again, guess, answer, advance, same, like }) => {
        await open('first', { ttlMs: HOUR })
        for (let i = 0; i < 4; i += 1) {
          await advance(30 * SECOND)
          same(await again('first', 'new'), { outcome: 'reopened' })
        }
        await guess('first')
        await advance(30 * SECOND)
        const refused = { outcome: 'limited', retryAfterMs: 90 * MINUTE - 150 * SECOND }
        same(await again('first', 'new'), refused)
        same(await again('first', 'new'), refused)
        same(await guess('new'), { outcome: 'unknown' })
        like(await guess('first'), { outcome: 'wrong', attemptsLeft: 3 })
        same(await answer('first'), { outcome: 'accepted' })
      },
    ),

    always(
      'waiting comes before the limit',
      'A double click on the last send must show the code field, not a limit of 90 minutes.',
      async ({ open, again, same }) => {
        for (let i = 0; i < 5; i += 1) await open(`${i}`)
        same(await again('4', 'new'), { outcome: 'waiting', retryAfterMs: 30 * SECOND })
      },
    ),

    always(
      'a spent challenge stays where the limit refuses to replace it',
      'A refusal writes nothing: removing the row would say "unknown" to somebody who should hear "spent".',
      async ({ open, again, guess, same }) => {
        for (let i = 0; i < 5; i += 1) await open(`${i}`, { attempts: 1 })
        await guess('0')
        same(await again('0', 'new'), { outcome: 'limited', retryAfterMs: 90 * MINUTE })
        same(await guess('0'), { outcome: 'spent' })
      },
    ),

    always(
      'each budget of an address has sends of its own',
      "Otherwise a stranger who uses up his sends keeps the owner's known device from asking.",
      async ({ open, like, fullIn }) => {
        const captcha = { ...STRANGER, key: 'email-otp/captcha' }
        for (let i = 0; i < 5; i += 1) await open(`stranger ${i}`)
        for (let i = 0; i < 3; i += 1) await open(`device ${i}`, { budget: DEVICE })
        await open('captcha', { budget: captcha })
        like(await open('stranger'), { outcome: 'limited' })
        await fullIn(5 * 90 * MINUTE)
        await fullIn(3 * 90 * MINUTE, { budget: DEVICE })
        await fullIn(90 * MINUTE, { budget: captcha })
      },
    ),

    always(
      'each address has sends of its own',
      'Otherwise one busy address stops the mail of everybody.',
      async ({ open, like }) => {
        for (let i = 0; i < 5; i += 1) await open(`${i}`)
        like(await open('his', { address: 'bob' }), { outcome: 'opened' })
      },
    ),
  ],
}
