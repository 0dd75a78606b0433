import { always, type StoreCases, withAdvance } from '../store-case.js'
import { DAY, HOUR, KNOWN_BROWSER, MINUTE, SECOND, STRANGER } from '../verbs.js'

/** More than a store may send in the three days of a test. */
const MOST_SENDS = 100

export const sendLimits: StoreCases = {
  about: 'limiting sends',
  cases: [
    withAdvance(
      'allows five sends at once and the sixth exactly 90 minutes after the first',
      "Only this limit bounds the guesses of an attacker who never stops, and the mails in the victim's inbox.",
      async ({ open, advance, expectEqual, expectMatch }) => {
        for (let i = 0; i < 5; i += 1) expectMatch(await open(`${i}`), { outcome: 'opened' })
        expectEqual(await open('sixth'), { outcome: 'limited', retryAfterMs: 90 * MINUTE })
        await advance(90 * MINUTE - 1)
        expectEqual(await open('sixth'), { outcome: 'limited', retryAfterMs: 1 })
        await advance(1)
        expectEqual(await open('sixth'), { outcome: 'opened', failures: 0 })
        expectEqual(await open('seventh'), { outcome: 'limited', retryAfterMs: 90 * MINUTE })
      },
    ),

    withAdvance(
      'allows at most five sends in any hour and twenty in any day when requests never pause',
      'A limit that resets at every full hour or day allows twice as many sends around that moment.',
      async ({ open, advance, expectEqual }) => {
        const sentAt: number[] = []
        const pause = 10 * MINUTE
        for (let now = 0; now < 3 * DAY; now += pause) {
          // A store without a limit must fail this test, and not keep it running.
          while (sentAt.length < MOST_SENDS) {
            if ((await open(`${now} ${sentAt.length}`)).outcome !== 'opened') break
            sentAt.push(now)
          }
          await advance(pause)
        }
        const mostIn = (span: number) =>
          Math.max(...sentAt.map((t) => sentAt.filter((u) => u >= t && u < t + span).length))
        expectEqual(mostIn(HOUR), 5)
        expectEqual(mostIn(DAY), 20)
      },
    ),

    withAdvance(
      'does not prolong the limit when more requests arrive',
      'Otherwise an attacker who keeps requesting codes locks the owner of the address out for ever.',
      async ({ open, advance, expectMatch }) => {
        for (let i = 0; i < 5; i += 1) await open(`${i}`)
        for (let i = 0; i < 9; i += 1) {
          await open(`refused ${i}`)
          await advance(10 * MINUTE)
        }
        expectMatch(await open('sixth'), { outcome: 'opened' })
      },
    ),

    withAdvance(
      'refills an unused budget up to its burst and no further',
      'Sends that add up over quiet days would allow a flood of mails at once.',
      async ({ open, advance, expectEqual, expectMatch }) => {
        await open('first')
        await advance(3 * DAY)
        for (let i = 0; i < 5; i += 1) expectMatch(await open(`${i}`), { outcome: 'opened' })
        expectEqual(await open('sixth'), { outcome: 'limited', retryAfterMs: 90 * MINUTE })
      },
    ),

    withAdvance(
      'charges a send for reopening, and keeps the pending challenge valid when no send is left',
      'If sending again were not charged, there would be no limit on mails. And a refused mail must not invalidate the code that was sent before.',
      async ({ open, resend, guess, verify, advance, expectEqual, expectMatch }) => {
        await open('first', { ttlMs: HOUR })
        for (let i = 0; i < 4; i += 1) {
          await advance(30 * SECOND)
          expectEqual(await resend('first', 'new'), { outcome: 'reopened' })
        }
        await guess('first')
        await advance(30 * SECOND)
        const refused = { outcome: 'limited', retryAfterMs: 90 * MINUTE - 150 * SECOND }
        expectEqual(await resend('first', 'new'), refused)
        expectEqual(await resend('first', 'new'), refused)
        expectEqual(await guess('new'), { outcome: 'unknown' })
        expectMatch(await guess('first'), { outcome: 'wrong', attemptsLeft: 3 })
        expectMatch(await verify('first'), { outcome: 'accepted' })
      },
    ),

    always(
      'answers waiting rather than limited within the spacing',
      'A double click on the last allowed send must show the code field, not a limit of 90 minutes.',
      async ({ open, resend, expectEqual }) => {
        for (let i = 0; i < 5; i += 1) await open(`${i}`)
        expectEqual(await resend('4', 'new'), { outcome: 'waiting', retryAfterMs: 30 * SECOND })
      },
    ),

    always(
      'keeps a spent challenge when the send limit refuses to replace it',
      'A refusal must write nothing: without the row, the user would be told that the code is unknown instead of spent.',
      async ({ open, resend, guess, expectEqual }) => {
        for (let i = 0; i < 5; i += 1) await open(`${i}`, { attempts: 1 })
        await guess('0')
        expectEqual(await resend('0', 'new'), { outcome: 'limited', retryAfterMs: 90 * MINUTE })
        expectEqual(await guess('0'), { outcome: 'spent' })
      },
    ),

    always(
      'counts the sends of each budget of an address separately',
      "Otherwise an attacker who uses up the budget of strangers keeps the owner's known browser from getting a code.",
      async ({ open, expectMatch, expectFullIn }) => {
        const captcha = { ...STRANGER, key: 'email-otp/captcha' }
        for (let i = 0; i < 5; i += 1) await open(`stranger ${i}`)
        for (let i = 0; i < 3; i += 1) await open(`device ${i}`, { budget: KNOWN_BROWSER })
        await open('captcha', { budget: captcha })
        expectMatch(await open('stranger'), { outcome: 'limited' })
        await expectFullIn(5 * 90 * MINUTE)
        await expectFullIn(3 * 90 * MINUTE, { budget: KNOWN_BROWSER })
        await expectFullIn(90 * MINUTE, { budget: captcha })
      },
    ),

    always(
      'counts the sends of each address separately',
      'Otherwise one busy address stops the mails of all users.',
      async ({ open, expectMatch }) => {
        for (let i = 0; i < 5; i += 1) await open(`${i}`)
        expectMatch(await open('his', { address: 'bob' }), { outcome: 'opened' })
      },
    ),
  ],
}
