import { mailer, type SendCode } from 'passport-email-otp'
import { expect, it, onTestFinished } from 'vitest'
import { MINUTE, SECOND, stopClock } from '../helpers/clock.js'
import { Counter } from '../helpers/gate.js'
import { type Smtp, startSmtp } from '../helpers/smtp.js'
import { ADA, createWorld, shown, type WorldOptions } from '../helpers/world.js'
import { wrongCode } from '../helpers/wrong-code.js'

/** All that a visitor sees of an address, from the first request until it is throttled. */
async function storyOf(account: unknown, sendCode: SendCode, options: WorldOptions = {}) {
  const clock = stopClock()
  const asked = new Counter()
  const codes: string[] = []
  const world = await createWorld({
    ...options,
    allowEmail: async () => {
      asked.add()
      return account
    },
    sendCode: (mail) => {
      codes.push(mail.code)
      return sendCode(mail)
    },
  })
  const browser = world.client()
  const story: object[] = []
  const tell = async (what: string, answer: Promise<Parameters<typeof shown>[0]>) => {
    story.push({ what, ...shown(await answer) })
  }
  let asks = 0
  const ask = async (what: string, client = browser) => {
    await tell(what, client.requestCode(ADA))
    const { result } = world.calls.at(-1) ?? {}
    if (!/opened/.test((result as { outcome: string }).outcome)) return
    // What follows the answer has begun, so that a wrong code is a wrong one.
    asks += 1
    await asked.reached(asks)
    await new Promise(setImmediate)
  }
  const wrong = (n: number, digits = 6) => wrongCode(codes.at(-1) ?? '7'.repeat(digits), n)

  await ask('asked')
  await ask('asked again')
  await tell('reloaded', browser.home())
  await tell('malformed', browser.enterCode('12'))
  await tell('missing', browser.enterCode(''))
  for (const n of [1, 2]) await tell('wrong', browser.enterCode(wrong(n)))
  clock.pass(MINUTE)
  await ask('sent again')
  for (const n of [3, 4, 5]) await tell('wrong', browser.enterCode(wrong(n)))
  await tell('spent', browser.enterCode(wrong(6)))
  await tell('reloaded, spent', browser.home())
  await ask('asked for a longer one')
  await tell('wrong, longer', browser.enterCode(wrong(7, 8)))
  clock.pass(10 * MINUTE)
  await tell('expired', browser.enterCode(wrong(8, 8)))
  await tell('reloaded, expired', browser.home())
  await ask('asked once more')
  await ask('asked elsewhere', world.client())
  await ask('throttled', world.client())
  clock.pass(31 * SECOND)
  await ask('throttled here', browser)
  await tell('reloaded, throttled', browser.home())
  const said = world.calls.map(({ verb, result }) => ({ verb, result }))
  return { story, said, codes, world }
}

/** A mailer over an SMTP server of its own. */
async function realMailer(prepare: (smtp: Smtp) => void): Promise<SendCode> {
  const smtp = await startSmtp()
  onTestFinished(() => smtp.close())
  prepare(smtp)
  const send = mailer({ transport: smtp.url, from: 'login@acme.example' })
  onTestFinished(() => send.close())
  return send
}

const transports: [what: string, sendCode: () => SendCode | Promise<SendCode>][] = [
  ['a transport that works', () => realMailer(() => {})],
  ['one that refuses recipients', () => realMailer((smtp) => smtp.rejectRecipient(550))],
  ['one that refuses mails', () => realMailer((smtp) => smtp.rejectMail(451))],
  ['one that dies', () => realMailer((smtp) => smtp.dieAfterData())],
  ['one that never answers', () => () => new Promise(() => {})],
  [
    'one that was never reached',
    () => async () => {
      throw Object.assign(new Error('no server'), { notSent: true })
    },
  ],
  [
    'one that fails every other time',
    () => {
      let sent = 0
      return async () => {
        sent += 1
        if (sent % 2 === 1) throw new Error('down')
      }
    },
  ],
  [
    'one that throws at once',
    () => () => {
      throw new Error('broken')
    },
  ],
]

it.each(transports)(
  'ENU-02: with %s a known and an unknown address see the same',
  async (_what, transport) => {
    const sendCode = await transport()
    const known = await storyOf({ name: 'Ada' }, sendCode)
    const unknown = await storyOf(undefined, sendCode)
    expect(known.codes.length).toBeGreaterThan(3)
    expect(unknown.codes).toEqual([])
    expect(unknown.story).toEqual(known.story)
    expect(unknown.said).toEqual(known.said)
    expect(known.said.map(({ verb }) => verb)).not.toContain('cancel')
    const statuses = known.story.map((one) => (one as { status: number }).status)
    expect(new Set(statuses)).toEqual(new Set([202, 400, 401, 429]))
  },
)

it('ENU-02: any falsy account means unknown', async () => {
  const known = await storyOf(true, () => {})
  for (const account of [false, null, '']) {
    const unknown = await storyOf(account, () => {})
    expect(unknown.codes).toEqual([])
    expect(unknown.story).toEqual(known.story)
  }
})

it('ENU-05: a throttled address answers the same, known or not', async () => {
  const clock = stopClock()
  const { client } = await createWorld({
    allowEmail: (email) => email.startsWith('known'),
    sendCode: () => {},
  })
  const answers: Record<string, object[]> = { known: [], nobody: [] }
  for (let n = 0; n < 8; n++) {
    for (const kind of ['known', 'nobody']) {
      const { status, body, headers, cookies } = shown(await client().requestCode(`${kind}@x.org`))
      const { pending, ...rest } = body
      answers[kind]?.push({ status, rest, cookies, headers: { ...headers, 'content-length': '' } })
      expect(pending === undefined).toBe(status === 429)
    }
    clock.pass(MINUTE)
  }
  expect(answers.nobody).toEqual(answers.known)
})
