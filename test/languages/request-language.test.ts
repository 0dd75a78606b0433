import type { Request } from 'express'
import { describe, expect, it, vi } from 'vitest'
import { en as english } from '../../src/languages/en.js'
import { HOUR, MINUTE, SECOND, stopClock } from '../helpers/clock.js'
import { markedCatalogue } from '../helpers/marked-catalogue.js'
import { ADA, createWorld, EVE, type WorldOptions } from '../helpers/world.js'
import { wrongCode } from '../helpers/wrong-code.js'
import { tokenApi } from '../tokens/token-api.js'

const [en, de, he] = [markedCatalogue('en'), markedCatalogue('de'), markedCatalogue('he', 'rtl')]
const languages = [en, de, he]

/** The mark of a sentence. */
const languageOf = (text: string) => /\[(\S+)\]/.exec(text)?.[1]

/** An application of three languages, with a browser whose languages change from request to request. */
async function world(options: WorldOptions = {}) {
  const made = await createWorld({ languages, ...options })
  const { agent } = made.client()
  const post = async (body: object, headers: Record<string, string> = {}) => {
    const { body: info } = await agent.post('/login').set(headers).send(body)
    return { ...info, language: languageOf((info.info ?? info).message) }
  }
  return { ...made, agent, post }
}

const accepts = (header: string) => ({ 'Accept-Language': header })
const NAMED: WorldOptions = { locale: (req: Request) => req.get('X-Locale') }
const names = (locale: string) => ({ 'X-Locale': locale })

describe('a request is answered in', () => {
  it.each([
    ['the language that the browser accepts', 'de-CH, en;q=0.5', 'de'],
    ['a language that is written from the right', 'he', 'he'],
    ['the first language, where the browser accepts none of them', 'fr', 'en'],
  ])('%s', async (_name, header, tag) => {
    const { post, smtp } = await world()
    expect((await post({ email: ADA }, accepts(header))).language).toBe(tag)
    const { subject, text, html } = await smtp.next()
    expect([subject, text].map(languageOf)).toEqual([tag, tag])
    expect(html).toContain(`<html lang="${tag}" dir="${tag === 'he' ? 'rtl' : 'ltr'}">`)
  })

  it.each([
    ['English, where no languages are listed', undefined, english],
    ['the one that is listed', [de] as const, de],
  ])('whatever the browser accepts: %s', async (_name, listed, { reasons }) => {
    const { client } = await createWorld({ languages: listed })
    const { body, headers } = await client(accepts('he')).requestCode(ADA)
    expect(body.message).toBe(reasons.code_sent)
    expect(headers.vary).toBeUndefined()
  })

  it('the same language, whatever the outcome', async () => {
    const { agent, post, smtp } = await world({ maxAttempts: 2, maxSendsPerHour: 1 })
    const german = accepts('de')
    const said: [reason: string, language: string][] = []
    const say = async (body: object, headers: Record<string, string> = german) => {
      const { reason, language } = await post(body, headers)
      said.push([reason, language])
    }
    const bodies = [{ email: 'x' }, { code: '1' }, { email: ADA }, { code: '' }, { code: '1' }]
    for (const body of bodies) await say(body)
    const { code } = await smtp.next()
    for (const entered of [wrongCode(code), wrongCode(code), code]) await say({ code: entered })
    await say({ email: ADA })
    await say({ email: ADA }, { ...german, 'Sec-Fetch-Site': 'cross-site' })
    const { message } = (await agent.get('/login').set(german)).body
    const reasons = [
      ...['invalid_email', 'no_pending_code', 'code_sent', 'missing_code', 'malformed_code'],
      ...['invalid_code', 'invalid_code', 'too_many_attempts', 'rate_limited', 'cross_site'],
    ]
    expect(said).toEqual(reasons.map((reason) => [reason, 'de']))
    expect(languageOf(message)).toBe('de')
  })

  it('a language that says so: Vary is added to what is there, once', async () => {
    const before: WorldOptions['before'] = (_req, res, next) => {
      res.setHeader('Vary', 'Origin')
      next()
    }
    const { client } = await createWorld({ languages, before, ...NAMED })
    const { headers } = await client().requestCode(ADA)
    expect(headers.vary).toBe('Origin, Accept-Language')
    const named = await client(names('de')).requestCode(ADA)
    expect(named.headers.vary).toBe('Origin')
  })
})

describe('the language of a pending code', () => {
  it('is kept, so that mail, resend, wrong code and right code agree', async () => {
    const clock = stopClock()
    const { post, smtp } = await world()
    const asked = await post({ email: ADA }, accepts('de'))
    const first = await smtp.next()
    const waiting = await post({ email: ADA }, accepts('he'))
    clock.pass(31 * SECOND)
    const again = await post({ email: ADA }, accepts('he'))
    const second = await smtp.next()
    const wrong = await post({ code: wrongCode(first.code) }, accepts('en'))
    const right = await post({ code: first.code }, accepts('fr'))
    const answers = [asked, waiting, again, wrong, right].map(({ language }) => language)
    const mails = [first, second].map(({ subject }) => languageOf(subject))
    expect([...answers, ...mails]).toEqual(Array(7).fill('de'))
    expect((await post({ email: EVE }, accepts('he'))).language).toBe('he')
  })

  it('is forgotten an hour after the code has expired', async () => {
    const clock = stopClock()
    const { post, smtp } = await world()
    await post({ email: ADA }, accepts('de'))
    const { code } = await smtp.next()
    clock.pass(10 * MINUTE + HOUR - 1)
    expect(await post({ code }, accepts('he'))).toMatchObject({
      reason: 'expired_code',
      language: 'de',
    })
    clock.pass(1)
    expect((await post({ code }, accepts('he'))).language).toBe('he')
  })

  it('is no longer kept once that language is not listed any more', async () => {
    const clock = stopClock()
    const { post, sessions, smtp } = await world()
    await post({ email: ADA }, accepts('de'))
    await sessions.plant({ locale: 'fr', mailLocale: 'it' })
    expect((await post({ code: '1' }, accepts('he'))).language).toBe('he')
    clock.pass(31 * SECOND)
    await post({ email: ADA }, accepts('he'))
    expect((await smtp.waitFor(2)).map(({ subject }) => languageOf(subject))).toEqual(['de', 'he'])
  })

  it('may be missing in a session: a code that was on its way before an update still works', async () => {
    const { codeFor, client, sessions } = await world()
    const ada = client()
    const code = await codeFor(ada)
    await sessions.edit((session) => {
      const { locale: _, ...older } = session['email-otp'] as Record<string, unknown>
      session['email-otp'] = older
    })
    expect((await ada.enterCode(code)).status).toBe(200)
  })

  it('is kept in a token', async () => {
    const api = await tokenApi({ languages })
    const asked = await api.post({ email: ADA }).set(accepts('de'))
    const { challengeToken } = asked.body
    const wrong = await api.post({ code: '1', challengeToken }).set(accepts('he'))
    expect([asked, wrong].map(({ body }) => languageOf(body.message))).toEqual(['de', 'de'])
  })
})

describe('with `locale`, a request is answered in', () => {
  it.each([
    ['the language that it names', 'de', 'he', 'de'],
    ['the language that it names with underscore and encoding', 'de_AT.UTF-8', 'he', 'de'],
    ['the language that the browser accepts, where the named one is not listed', 'fr', 'he', 'he'],
    ['the language that the browser accepts, where it names none', '', 'he', 'he'],
    ['the first language, where neither is listed', 'fr', 'it', 'en'],
  ])('%s', async (_name, locale, header, tag) => {
    const { post, smtp } = await world(NAMED)
    const headers = { ...names(locale), ...accepts(header) }
    expect((await post({ email: ADA }, headers)).language).toBe(tag)
    expect(languageOf((await smtp.next()).subject)).toBe(tag)
  })

  it.each([[['de', 'en']], [false], [{}], [7]])(
    'the language that the browser accepts, where it returns %j, which may stem from the request',
    async (locale) => {
      const { post } = await world({ locale: () => locale as never })
      expect((await post({ email: ADA }, accepts('he'))).language).toBe('he')
    },
  )

  it('the language of the pending code, where it names none later', async () => {
    const { post } = await world(NAMED)
    await post({ email: ADA }, { ...names('de'), ...accepts('en') })
    expect((await post({ code: '1' }, accepts('en'))).language).toBe('de')
  })

  it('the language that the user has switched to meanwhile, mail and all', async () => {
    const clock = stopClock()
    const { post, smtp } = await world(NAMED)
    await post({ email: ADA }, names('de'))
    await smtp.next()
    expect((await post({ code: '1' }, names('he'))).language).toBe('he')
    expect((await post({ email: ADA }, names('he'))).language).toBe('he')
    expect((await post({ code: '1' })).language).toBe('he')
    clock.pass(31 * SECOND)
    await post({ email: ADA })
    expect(languageOf((await smtp.next()).subject)).toBe('he')
  })

  const fail = () => {
    throw new Error('no settings')
  }
  it.each([
    ['throws', fail],
    ['returns a promise', async () => 'de'],
  ])('none: it %s, and no code is sent, checked or spent', async (_name, locale) => {
    const { client, codeFor, calls, smtp } = await createWorld({
      languages,
      locale: (req: Request) => (req.get('X-Broken') ? (locale() as never) : undefined),
    })
    const ada = client()
    const code = await codeFor(ada)
    const before = calls.length
    for (const body of [{ email: EVE }, { code }]) {
      const { status } = await ada.agent.post('/login').set('X-Broken', '1').send(body)
      expect(status).toBe(500)
    }
    expect([calls.length, smtp.mails.length]).toEqual([before, 1])
    expect((await ada.enterCode(code)).status).toBe(200)
  })

  it('hears the request of each call', async () => {
    const locale = vi.fn((req: Request) => (req.path === '/login' ? 'he' : null))
    const { post } = await world({ locale })
    expect((await post({ email: ADA })).language).toBe('he')
    expect(locale).toHaveBeenCalledOnce()
  })
})

it('a page is drawn with the texts of the language that a request is answered in', async () => {
  const { emailOtp } = await world()
  const state = (header: string) => emailOtp.pageState({ headers: { 'accept-language': header } })
  expect(state('iw')).toMatchObject({ lang: 'he', dir: 'rtl', texts: he.page })
  expect(state('fr')).toMatchObject({ lang: 'en', dir: 'ltr', texts: en.page })
})
