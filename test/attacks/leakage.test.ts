import { inspect } from 'node:util'
import { MemoryStore, mailer, Strategy } from 'passport-email-otp'
import { expect, it, onTestFinished, vi } from 'vitest'
import { MINUTE, stopClock } from '../helpers/clock.js'
import { SECRET } from '../helpers/mail.js'
import { watch } from '../helpers/watch-store.js'
import { ADA, createWorld } from '../helpers/world.js'
import { guess, wrongCode } from '../helpers/wrong-code.js'

/** Listens to the console and to the process's own output until the test is over. */
function listenIn(): () => string {
  const heard: unknown[] = []
  const spies = [
    ...(['log', 'info', 'warn', 'error', 'debug', 'trace', 'dir', 'table'] as const).map((name) =>
      vi.spyOn(console, name).mockImplementation((...args: unknown[]) => void heard.push(args)),
    ),
    ...[process.stdout, process.stderr].map((stream) =>
      vi.spyOn(stream, 'write').mockImplementation((chunk) => {
        heard.push(String(chunk))
        return true
      }),
    ),
    vi.spyOn(process, 'emitWarning').mockImplementation((...args) => void heard.push(args)),
  ]
  const restore = () => {
    for (const spy of spies) spy.mockRestore()
  }
  onTestFinished(restore)
  return () => {
    restore()
    return inspect(heard, { depth: 10 })
  }
}

/** Everything that an error or an event may show of itself to a log. */
function everythingOf(value: unknown): string {
  const texts = [inspect(value, { depth: 10, showHidden: true, getters: true }), String(value)]
  texts.push(JSON.stringify(value) ?? '')
  for (const key of Reflect.ownKeys(Object(value))) texts.push(String(Object(value)[key]))
  for (let cause = value as Error; cause instanceof Error; cause = cause.cause as Error) {
    texts.push(String(cause.stack), cause.message, cause.toString())
  }
  return texts.join('\n')
}

it('LOG-01, LOG-02: over a whole story neither code nor address is in any log, answer or dump', async () => {
  const clock = stopClock()
  const output = listenIn()
  const memory = new MemoryStore()
  const asked = watch(memory)
  const { client, smtp, events, sessions } = await createWorld({
    store: asked.store,
    verify: async (email) => ({ id: email.length }),
  })
  const dumps: string[] = []
  const answers: string[] = []
  const see = async (answer: Promise<{ headers: object; text: string; body: object }>) => {
    const { headers, text } = await answer
    answers.push(JSON.stringify(headers), text)
    dumps.push(JSON.stringify(await sessions.all()), inspect(memory, { depth: 10 }))
    return answer
  }
  const ada = client()
  await see(ada.requestCode(ADA))
  const { code } = await smtp.next()
  await see(ada.requestCode(ADA))
  for (const answer of await guess(ada, code, 2)) await see(Promise.resolve(answer))
  clock.pass(MINUTE)
  smtp.rejectMail(451)
  await see(ada.requestCode(ADA))
  smtp.behave()
  smtp.rejectRecipient(550)
  await see(ada.requestCode('bob@example.com'))
  smtp.behave()
  await see(ada.home())
  await see(ada.enterCode('12 34'))
  const entered = await see(ada.enterCode(code))
  expect((entered as unknown as { status: number }).status).toBe(200)
  await see(ada.home())
  await see(ada.enterCode(code))
  clock.pass(MINUTE) // after a refused mail the next one waits
  for (let n = 0; n < 6; n++) await see(client().requestCode(ADA))

  const heard = output()
  const logs = [heard, ...events.map(everythingOf), everythingOf(asked.calls)].join('\n')
  const codes = [...new Set(smtp.mails.map((mail) => mail.code))]
  expect(codes.length).toBeGreaterThan(4)
  for (const one of codes) {
    expect(logs).not.toContain(one)
    expect(answers.join('\n')).not.toContain(one)
    expect(dumps.join('\n')).not.toContain(one)
  }
  expect(logs).not.toMatch(/ada@|bob@|example\.com/i)
  expect(new Set(events.map(({ type }) => type))).toEqual(
    new Set(['issued', 'sent', 'send_failed', 'rejected', 'verified', 'limited']),
  )
  // The visitor's own session and page know the visitor's address; the store doesn't.
  expect(dumps.filter((_, n) => n % 2).join()).not.toMatch(/ada|example/)
  expect(heard).toBe('[]')
})

it('LOG-01: neither does an error that reaches the application', async () => {
  const errors: unknown[] = []
  const { emailOtp, smtp } = await createWorld()
  smtp.rejectMail(554)
  for (let n = 0; n < 3; n++) {
    const asking = emailOtp.requestCode({ headers: {}, session: {} }, `ada@${n}.example.com`)
    await asking.catch((err: unknown) => errors.push(err))
  }
  expect(errors).toHaveLength(3)
  const shown = errors.map(everythingOf).join('\n')
  for (const { code } of smtp.mails) expect(shown).not.toContain(code)
  expect(shown).not.toMatch(/ada@|example\.com/)
  expect(shown).toContain('554')
})

it('LOG-01: an allowEmail that throws before the mail or after the code is an event without address and code', async () => {
  let isBroken = false
  const { client, codeFor, heard, smtp } = await createWorld({
    allowEmail: (email) => {
      if (isBroken) throw new Error(`no row for ${email}, ${smtp.mails[0]?.code}`)
      return true
    },
  })
  const ada = client()
  const code = await codeFor(ada)
  isBroken = true
  await client().requestCode(ADA)
  await heard('allow_failed')
  await ada.enterCode(code)
  const failures = await heard('allow_failed', 2)
  for (const event of failures) {
    expect(everythingOf(event)).toContain('no row for')
    expect(everythingOf(event)).not.toMatch(/ada@|example\.com/)
  }
  expect(everythingOf(failures[1])).not.toContain(code)
})

it('LOG-01: a strategy and a mailer show no secret, however they are looked at', () => {
  const [user, password] = ['postmaster', 'hunter2-and-more']
  const sendCode = mailer({
    transport: `smtp://${user}:${password}@127.0.0.1:1`,
    from: 'login@acme.example',
  })
  onTestFinished(() => sendCode.close())
  const counterSecret = 'another secret, 0123456789 and more of it'
  const emailOtp = new Strategy(
    { secret: [SECRET, counterSecret], counterSecret, sendCode },
    async () => undefined,
  )
  const shown = [emailOtp, Object.create(emailOtp), sendCode, { emailOtp }].flatMap((value) => [
    inspect(value, { showHidden: true, depth: 10, getters: true }),
    inspect(value, { showHidden: true, depth: 10, showProxy: true, compact: false }),
    JSON.stringify(value) ?? '',
    JSON.stringify(Object.entries(value)),
    String(Object.getOwnPropertyNames(value)),
  ])
  const text = shown.join('\n')
  for (const secret of [SECRET, counterSecret]) {
    for (const encoding of ['utf8', 'hex', 'base64', 'base64url'] as const) {
      expect(text).not.toContain(Buffer.from(secret).toString(encoding).replace(/=+$/, ''))
    }
    // As bytes, "61 20 73 65 …".
    expect(text).not.toContain(
      Buffer.from(secret).toString('hex').match(/../g)?.slice(0, 6).join(' '),
    )
  }
  expect(text).not.toContain(password)
  expect(text).not.toMatch(/<Buffer|Uint8Array/)
  expect(JSON.stringify(emailOtp)).toBe('{"name":"email-otp"}')
})

it('LOG-01: constructor errors quote no secret and no password', () => {
  const make = (options: object) => () =>
    new Strategy({ sendCode: () => {}, secret: SECRET, ...options }, async () => undefined)
  const wrong = [
    { secret: 'my-short-secret' },
    { secert: SECRET },
    { counterSecret: 'my-short-secret' },
    { store: { url: 'redis://:my-short-secret@x' } },
    { sendCode: 'smtp://user:my-short-secret@x' },
  ]
  for (const options of wrong) {
    let message = ''
    try {
      make(options)()
    } catch (err) {
      message = inspect(err)
    }
    expect(message).toContain('TypeError')
    expect(message).not.toContain('my-short-secret')
    expect(message).not.toContain(SECRET)
  }
  for (const transport of [
    'smtp://user:my/short-secret@x',
    'http://user:my-short-secret@x',
    'x y',
  ]) {
    expect(() => mailer({ transport, from: 'a@x.org' })).toThrow(TypeError)
    expect(() => mailer({ transport, from: 'a@x.org' })).not.toThrow(/short-secret/)
  }
})

it('LOG-02: a store is asked with hashes only', async () => {
  const { client, codeFor, calls, sessions } = await createWorld()
  const ada = client()
  const code = await codeFor(ada)
  const { id } = await sessions.pending()
  await ada.enterCode(wrongCode(code))
  await ada.enterCode(code)
  const text = JSON.stringify(calls.map(({ request }) => request))
  for (const known of [ADA, code, String(id), 'example.com']) expect(text).not.toContain(known)
  for (const { request } of calls) {
    expect(request.address).toMatch(/^[\w-]{22}$/)
    expect(request.challenge).toMatch(/^[\w-]{22}$/)
  }
})
