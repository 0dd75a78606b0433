import { generateKeyPairSync } from 'node:crypto'
import fc from 'fast-check'
import { createTransport } from 'nodemailer'
import { describe, expect, it } from 'vitest'
import { parseEmail } from '../../src/challenge/email.js'
import { en } from '../../src/languages/en.js'
import { addressed } from '../../src/mail/addressed.js'
import type { MailerOptions } from '../../src/mail/mailer-options.js'
import { type MessageParameters, writeMessage } from '../../src/mail/message.js'
import type { OutgoingMail } from '../../src/mail/outgoing-mail.js'
import type { CodeMail } from '../../src/mail/send-code.js'
import { composerLike } from '../../src/mail/template/compose.js'
import { ComposedMails } from '../../src/mail/template/composed-mails.js'
import { stopClock } from '../helpers/clock.js'
import { codeMail } from '../helpers/code-mail.js'
import { isSigned } from '../helpers/dkim.js'
import { mailerTo, smtpOfTest } from '../helpers/mail.js'
import { CATALOGUES } from '../languages/list.js'

const FROM_ADDRESS = { name: 'Acme', address: 'login@acme.example' }
const PARAMETERS: MessageParameters = {
  catalogue: en,
  code: '493027',
  digits: 6,
  minutesLeft: 10,
  appName: 'Acme',
  purposeText: undefined,
  origin: 'https://app.acme.example',
  isSecondFactor: false,
  isLengthened: false,
  codeInSubject: true,
  pendingId: 'bcdfghjkmnpqrstv',
  linkTo: undefined,
}
/** Sends after which a text is composed once. */
const WARM = 2

/** Nodemailer's own composition of what a mailer hands to a transporter of the application. */
async function composedByNodemailer(
  options: Partial<MailerOptions>,
  mail: CodeMail,
): Promise<string> {
  const composer = createTransport({ streamTransport: true, buffer: true, newline: 'windows' })
  let composed = ''
  const transport = {
    sendMail: async (outgoing: OutgoingMail) => {
      composed = String((await composer.sendMail({ ...outgoing })).message)
    },
  }
  await mailerTo(transport, options)(mail)
  return composed
}

const boundaryOf = (raw: string | undefined) => /boundary="([^"]*)"/.exec(raw ?? '')?.[1] as string

const inMinutes = (minutes: number) => new Date(Date.now() + minutes * 60_000)

/** A mail without what is random, or the time, in every mail. What they are folded by stays. */
function lasting(raw: string): string {
  return raw
    .replaceAll(boundaryOf(raw), 'BOUNDARY')
    .replace(/^(Message-ID:\s+<)[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}@/m, '$1ID@')
    .replace(/^Date: \w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d \+0000\r$/m, 'Date: DATE\r')
    .replace(/^References: <[a-p]{32}@/m, 'References: <ID@')
    .replace(/^X-Entity-Ref-ID: [a-p]{32}\r$/m, 'X-Entity-Ref-ID: ID\r')
}

const atom = fc.stringMatching(/^[a-z0-9!#$%&'*+/=?^_`{|}~-]{1,31}$/)
const label = fc.oneof(
  fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,60}[a-z0-9])?$/),
  fc.stringMatching(/^[a-zßäöüéñøç0-9]{1,20}$/),
  fc.stringMatching(/^[а-я]{1,20}$/),
)
const address = fc
  .tuple(
    fc.array(atom, { minLength: 1, maxLength: 4 }).map((atoms) => atoms.join('.')),
    fc.array(label, { minLength: 1, maxLength: 4 }).map((labels) => labels.join('.')),
    fc.constantFrom('example', 'com', 'рф'),
  )
  .map(([local, domain, top]) => parseEmail(`${local}@${domain}.${top}`))
  .filter((parsed) => parsed !== undefined)
const words = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 40 })
  .map((text) => text.replace(/\p{Cc}/gu, ''))
const NAMES = ['', 'Acme', 'Acme, Inc. "The" <one>', '株式会社アクメ', '🎉 Été', '=?utf-8?q?x?=']
const sender = fc.record({ name: fc.oneof(fc.constantFrom(...NAMES), words), address })
const APPS = ['Acme', '012345', '123456', '<b>0123456789</b>', 'アクメ 012345', 'a'.repeat(99)]
const appName = fc.option(
  fc.oneof(
    fc.constantFrom(...APPS),
    words.filter((name) => name.trim() !== '' && name.length <= 100),
  ),
  { nil: undefined },
)
const what = fc.record({
  digits: fc.integer({ min: 6, max: 10 }),
  minutes: fc.integer({ min: 1, max: 10 }),
  purposeText: fc.constantFrom(undefined, 'pay €35 to Bob', 'メールアドレスを変更', 'x'.repeat(60)),
  origin: fc.constantFrom(
    undefined,
    'https://app.acme.example',
    'https://xn--mnchen-3ya.example:8443',
    'http://localhost:3000',
    'http://plain.example',
    `https://${'long-label.'.repeat(12)}example`,
  ),
  isSecondFactor: fc.boolean(),
  isLengthened: fc.boolean(),
  codeInSubject: fc.boolean(),
  path: fc.constantFrom(undefined, '/login', '/in?next=%2F&x=1'),
})
const recipients = fc.array(
  fc.record({
    to: address,
    number: fc.nat(9_999_999_999),
    pendingId: fc.stringMatching(/^[b-v]{16}$/),
  }),
  { minLength: 2, maxLength: 3 },
)

describe('a mail that is composed once', () => {
  it.each(CATALOGUES)(
    'equals the mail that nodemailer composes, but for ids and dates: $tag',
    async (catalogue) => {
      const smtp = await smtpOfTest()
      let used = 0
      await fc.assert(
        fc.asyncProperty(what, sender, appName, recipients, async (...parameters) => {
          const [{ minutes, codeInSubject, path, ...said }, from, name, mails] = parameters
          const link = path && said.origin && said.origin + path
          const options = { from, appName: name, codeInSubject, link, languages: [catalogue] }
          const mail = (changes: Partial<CodeMail>) =>
            codeMail({ ...said, locale: catalogue.tag, expiresAt: inMinutes(minutes), ...changes })
          const codeOf = (number: number) => String(number).padStart(10, '0').slice(-said.digits)
          const send = mailerTo(smtp.url, options)
          for (let i = 0; i < WARM; i += 1) {
            await send(mail({ code: codeOf(i), pendingId: 'bcdfghjkmnpqrstv' }))
          }
          const boundaries = new Set<string>()
          for (const { to, number, pendingId } of mails) {
            const one = mail({ to, code: codeOf(number), pendingId })
            const before = smtp.mails.length
            await send(one)
            const raw = (await smtp.waitFor(before + 1)).at(-1)?.raw as string
            expect(lasting(raw)).toBe(lasting(await composedByNodemailer(options, one)))
            boundaries.add(boundaryOf(raw))
          }
          // A mail that is composed by itself has its own boundary.
          if (boundaries.size === 1) used += 1
        }),
        { numRuns: 4, seed: 20_260_105, endOnFailure: true },
      )
      // A minute may begin in between, or the name of the application holds the digits that show the gaps.
      expect(used).toBeGreaterThan(1)
    },
  )

  it('has its own Message-ID, date and thread', async () => {
    const clock = stopClock()
    const { send, received } = await start({ codeInSubject: false })
    for (let i = 0; i < WARM + 1; i += 1) await send(codeMail())
    clock.pass(1000)
    await send(codeMail())
    const [one = '', other = ''] = (await received(WARM + 2)).slice(WARM).map(({ raw }) => raw)
    expect(boundaryOf(one)).toBe(boundaryOf(other))
    for (const field of ['Message-ID', 'Date', 'References', 'X-Entity-Ref-ID']) {
      const line = new RegExp(`^${field}: .*`, 'm')
      expect(line.exec(one)?.[0]).toBeDefined()
      expect(line.exec(one)?.[0]).not.toBe(line.exec(other)?.[0])
    }
  })

  it('is signed with DKIM as before', async () => {
    stopClock()
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const dkim = {
      domainName: 'acme.example',
      keySelector: 'one',
      privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
    }
    const { send, received } = await start({}, { dkim })
    const codes = ['111111', '222222', '333333', '444444']
    for (const code of codes) await send(codeMail({ code }))
    const mails = await received(codes.length)
    expect(mails.map(({ code }) => code)).toEqual(codes)
    expect(boundaryOf(mails[2]?.raw)).toBe(boundaryOf(mails[3]?.raw))
    for (const { raw } of mails) {
      expect(isSigned(raw, publicKey)).toBe(true)
      const end = raw.indexOf('\r\n\r\n')
      const changed = raw.slice(0, end) + raw.slice(end).replace(/\d{6}/, '000000')
      expect(isSigned(changed, publicKey)).toBe(false)
    }
  })

  it('holds its own code where many are sent at once', async () => {
    const { send, received } = await start()
    const codes = Array.from({ length: 40 }, (_, i) => String(500_000 + i * 7919))
    await Promise.all(codes.map((code) => send(codeMail({ code, to: `a${code}@example.com` }))))
    const mails = await received(codes.length)
    expect(mails.map(({ code }) => code).sort()).toEqual(codes)
    for (const { code, subject, html, to } of mails) {
      expect(subject).toBe(en.mail.subject({ ...PARAMETERS, code }))
      expect(html).toContain(`>${code}</p>`)
      expect(to).toEqual([`a${code}@example.com`])
    }
  })
})

describe('composed as usual is', () => {
  it('a mail for a transporter of the application, which receives its parts', async () => {
    const received: object[] = []
    const transport = { sendMail: async (mail: object) => received.push(mail) }
    const send = mailerTo(transport)
    for (let i = 0; i < WARM + 2; i += 1) await send(codeMail())
    for (const mail of received) {
      const subject = en.mail.subject({ ...PARAMETERS, code: '483920' })
      expect(mail).toMatchObject({ subject, text: expect.any(String) })
      expect(mail).not.toHaveProperty('raw')
    }
  })

  it('a mail of the application, which may be another one each time', async () => {
    let count = 0
    const message = ({ code }: { code: string }) => {
      count += 1
      return { subject: `Mail ${count}`, text: `${code} is number ${count}` }
    }
    const { send, received } = await start({ message })
    for (let i = 0; i < WARM + 2; i += 1) await send(codeMail())
    const subjects = (await received(WARM + 2)).map(({ subject }) => subject)
    expect(subjects).toEqual(['Mail 1', 'Mail 2', 'Mail 3', 'Mail 4'])
  })

  it('a mail whose language does more with the code than to insert it', async () => {
    const threefold = (code: string) => `Three times the code is ${Number(code) * 3}.`
    const article = (code: string) => `You have ${code.startsWith('8') ? 'an' : 'a'} ${code}.`
    const ending = (code: string) => `${code}${/[359]$/.test(code) ? 'e' : 'a'} is it.`
    for (const codeSentence of [threefold, article, ending]) {
      const mail = { ...en.mail, codeSentence: ({ code }: { code: string }) => codeSentence(code) }
      const { send, received } = await start({ languages: [{ ...en, mail }] })
      const codes = ['123456', '154321', '812233', '112235']
      for (const code of codes) await send(codeMail({ code }))
      for (const { code, html } of await received(4)) expect(html).toContain(codeSentence(code))
    }
  })
})

describe('what is kept of composed mails', () => {
  it('is used again for the same text only', async () => {
    stopClock()
    const { rawFor, composed } = keeper()
    await rawFor({})
    expect(composed()).toBe(0)
    expect(await rawFor({})).toContain(PARAMETERS.code)
    // The two that show the gaps, and the one that proves them.
    expect(composed()).toBe(3)
    const other = await rawFor({ code: '000000' })
    expect(other).toContain('000000')
    expect(other).not.toContain(PARAMETERS.code)
    expect(composed()).toBe(3)
    const others: Partial<MessageParameters>[] = [
      { minutesLeft: 9 },
      { digits: 7, code: '1234567' },
      { purposeText: 'change your address' },
      { origin: 'https://b.example' },
      { isSecondFactor: true },
      { isLengthened: true },
      { linkTo: 'https://app.acme.example/login' },
      { catalogue: { ...en } },
    ]
    for (const changes of others) expect(await rawFor(changes)).toBeUndefined()
    expect(composed()).toBe(3)
  })

  it('ends with the minute, because an own language may tell the time', async () => {
    const clock = stopClock('2026-01-05T08:00:30.000Z')
    const time = () => new Date().toISOString().slice(11, 16)
    const mail = { ...en.mail, lifetime: () => `It is ${time()}.` }
    const { rawFor } = keeper()
    const catalogue = { ...en, mail }
    for (let i = 0; i < WARM; i += 1) await rawFor({ catalogue })
    expect(await rawFor({ catalogue })).toContain('It is 08:00.')
    clock.pass(30_000)
    expect(await rawFor({ catalogue })).toBeUndefined()
    expect(await rawFor({ catalogue })).toContain('It is 08:01.')
  })

  it('is limited, so that purposes in ever new words do not fill the memory', async () => {
    stopClock()
    const { rawFor, composed } = keeper()
    for (let i = 0; i < WARM; i += 1) await rawFor({})
    for (let i = 0; i < 1000; i += 1) await rawFor({ purposeText: `pay invoice ${i}` })
    expect(composed()).toBe(3)
    expect(await rawFor({})).toBeUndefined()
  })

  it('is made once, also where many mails are sent at once', async () => {
    stopClock()
    const { rawFor, composed } = keeper()
    await rawFor({})
    const mails = await Promise.all(Array.from({ length: 10 }, () => rawFor({})))
    expect(mails.filter((raw) => raw !== undefined)).toHaveLength(1)
    expect(composed()).toBe(3)
  })

  it.each<[string, Compose]>([
    [
      'composes a mail for this recipient in another way',
      async (mail) => {
        const raw = String(await composerLike({})(mail))
        const isFirst = raw.includes('ann@example.com')
        return Buffer.from(isFirst ? `X-Other: yes\r\n${raw}` : raw)
      },
    ],
    ['fails to compose', () => Promise.reject(new Error('no'))],
  ])('is nothing where nodemailer %s: the mail is sent as usual', async (_what, compose) => {
    const { rawFor } = keeper(compose)
    for (let i = 0; i < WARM + 2; i += 1) expect(await rawFor({})).toBeUndefined()
  })
})

type Compose = ReturnType<typeof composerLike>

/** The second time that a text is needed. */
function keeper(compose: Compose = composerLike({})) {
  let count = 0
  const write = (parameters: MessageParameters, to: string) => {
    const { code, origin } = parameters
    return addressed(writeMessage(parameters), { from: FROM_ADDRESS, to, code, origin })
  }
  const mails = new ComposedMails({
    from: FROM_ADDRESS.address,
    write,
    compose: async (mail) => {
      count += 1
      return compose(mail)
    },
  })
  return {
    composed: () => count,
    rawFor: async (changes: Partial<MessageParameters>) => {
      const parameters = { ...PARAMETERS, ...changes }
      return (await mails.rawFor(parameters, 'ann@example.com'))?.toString()
    },
  }
}

/** A mailer, and the server that it sends to. */
async function start(options: Partial<MailerOptions> = {}, transport: object = {}) {
  const smtp = await smtpOfTest()
  const send = mailerTo({ url: smtp.url, ...transport }, options)
  return { send, received: smtp.waitFor }
}
