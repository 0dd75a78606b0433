import type { CodeMail, MessageDetails } from 'passport-email-otp'
import { describe, expect, it } from 'vitest'
import { en as english } from '../../src/languages/en.js'
import { SECOND, stopClock } from '../helpers/clock.js'
import { mailerTo } from '../helpers/mail.js'
import { markedCatalogue } from '../helpers/marked-catalogue.js'
import { ADA, createWorld, EVE, shown } from '../helpers/world.js'
import { twoFactorApp, type User, userOf } from '../second-factor/two-factor-app.js'

const [en, de, he] = [markedCatalogue('en'), markedCatalogue('de'), markedCatalogue('he', 'rtl')]
const languages = [en, de, he]
const languageOf = (text: string) => /\[(\S+)\]/.exec(text)?.[1]

describe('the recipient’s own language decides the mail, and the mail alone:', () => {
  class Account {
    get locale() {
      return 'de_CH'
    }
  }

  it.each([
    ['account.locale', { locale: 'de' }, 'de'],
    ['account.locale of a class', new Account(), 'de'],
    ['not one that is not listed', { locale: 'fr' }, 'he'],
    ['none at all', true, 'he'],
  ])('%s', async (_name, account, tag) => {
    const { client, smtp } = await createWorld({ languages, allowEmail: () => account })
    const { body } = await client({ 'Accept-Language': 'he' }).requestCode(ADA)
    expect(languageOf(body.message)).toBe('he')
    const { subject, html } = await smtp.next()
    expect(languageOf(subject)).toBe(tag)
    expect(html).toContain(`<html lang="${tag}"`)
  })

  it('no answer tells whether an address has an account, or its language', async () => {
    const { client, smtp } = await createWorld({
      languages,
      allowEmail: (email) => email === ADA && { locale: 'de' },
    })
    const answers = await Promise.all(
      [ADA, EVE].map(async (email) => {
        const browser = client({ 'Accept-Language': 'he' })
        const asked = shown(await browser.requestCode(email))
        const wrong = shown(await browser.enterCode('1'))
        return [asked, wrong].map((answer) => {
          const { pending: _, ...body } = answer.body
          return { ...answer, body, headers: { ...answer.headers, 'content-length': '' } }
        })
      }),
    )
    expect(answers[0]).toEqual(answers[1])
    expect(languageOf((await smtp.next()).subject)).toBe('de')
    expect(smtp.mails).toHaveLength(1)
  })
})

describe('a second factor is mailed in the language', () => {
  const options = {
    languages,
    subjectFromRequest: (req: object) => userOf(req)?.id as string | undefined,
  }
  const ada = { id: '17', email: ADA, locale: 'de' } as User

  async function app(emailFromRequest: (req: object) => unknown) {
    const clock = stopClock()
    const made = await twoFactorApp(
      { ada },
      { options: { ...options, emailFromRequest: emailFromRequest as () => string } },
    )
    const browser = made.newBrowser()
    browser.agent.set('Accept-Language', 'he')
    return { ...made, ...browser, clock }
  }

  it.each([
    ['that the application gives with the address', (req: object) => userOf(req), 'de'],
    ['of the request, where the application gives an address', () => ADA, 'he'],
    ['of the request, where the other is not listed', () => ({ email: ADA, locale: 'fr' }), 'he'],
    ['of the request, where the other is null', () => ({ email: ADA, locale: null }), 'he'],
  ])('%s', async (_name, emailFromRequest, tag) => {
    const { password, enter, smtp } = await app(emailFromRequest)
    await password('ada')
    const { subject, code } = await smtp.next()
    expect(languageOf(subject)).toBe(tag)
    const { body } = await enter(code)
    expect(body).toMatchObject({
      id: '17',
      proven: { email: ADA, subject: '17', purpose: 'login', remembered: null },
    })
  })

  it('of the user, when it is sent again without the password', async () => {
    const { agent, clock, password, smtp } = await app((req) => userOf(req))
    await password('ada')
    await smtp.next()
    clock.pass(31 * SECOND)
    expect((await agent.post('/again').send({})).status).toBe(303)
    expect(languageOf((await smtp.next()).subject)).toBe('de')
  })

  it.each([
    ['a user without an address', { email: null, locale: 'de' }],
    ['a user with an empty address', { email: '', locale: 'de' }],
    ['a user with two addresses', { email: [ADA, EVE] }],
    ['an object without an address', { locale: 'de' }],
  ])('nobody is mailed for %s', async (_name, given) => {
    const { password, smtp } = await app(() => given)
    expect((await password('ada')).status).toBe(403)
    expect(smtp.mails).toEqual([])
  })
})

it('sendCode and message are told the language, the origin, what kind of code it is, and who asked', async () => {
  const mails: CodeMail[] = []
  const heard: MessageDetails[] = []
  const send = mailerTo(
    { sendMail: async () => {} },
    {
      message: (details) => {
        heard.push(details)
        return { subject: 'Code', text: details.code }
      },
    },
  )
  const { client } = await createWorld({
    languages,
    origin: 'https://app.acme.example',
    sendCode: (mail) => {
      mails.push(mail)
      return send(mail)
    },
  })
  await client({ 'Accept-Language': 'de', 'User-Agent': 'Firefox' }).requestCode(ADA)
  const kind = { isSecondFactor: false, isLengthened: false }
  expect(mails[0]).toMatchObject({ locale: 'de', origin: 'https://app.acme.example', ...kind })
  expect(heard[0]).toMatchObject({ locale: 'de', ...kind })
  expect(heard[0]?.req?.get('User-Agent')).toBe('Firefox')
  expect(heard[0]?.catalogue).toBe(de)
})

it('a mail that comes through a queue as JSON is in its language, where the mailer has it', async () => {
  const mails: CodeMail[] = []
  const { client } = await createWorld({ languages, sendCode: (mail) => void mails.push(mail) })
  await client({ 'Accept-Language': 'he' }).requestCode(ADA)
  const { req: _, signal, expiresAt, ...job } = mails[0] as CodeMail
  const read = JSON.parse(JSON.stringify(job)) as typeof job
  const subjects: string[] = []
  const sendMail = async (mail: { subject: string }) => subjects.push(mail.subject)
  for (const listed of [languages, [de, en], undefined]) {
    await mailerTo({ sendMail }, { languages: listed })({ ...read, signal, expiresAt })
  }
  expect(subjects.map(languageOf)).toEqual(['he', 'de', undefined])
  const named = { appName: 'Acme', purposeText: undefined, code: read.code }
  expect(subjects[2]).toBe(english.mail.subject(named))
})

it('the words for a purpose are those of the mail’s language', async () => {
  const { emailOtp, smtp } = await createWorld({
    languages: [en, de],
    purposes: { pay: { en: 'pay a bill', de: 'Rechnung bezahlen' } },
  })
  const req = { headers: { 'accept-language': 'de' }, session: {}, sessionID: 's' }
  await emailOtp.requestCode(req, ADA, { purpose: 'pay' })
  const label = de.mail.codeLabel({ appName: 'Acme', purposeText: 'Rechnung bezahlen' })
  expect(label).toContain('Rechnung bezahlen')
  expect((await smtp.next()).text.split('\n')).toContain(label)
})
