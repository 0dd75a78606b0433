import type { Response } from 'supertest'
import { cookiesOf } from '../helpers/sessions.js'
import { twoFactorApp, type User } from './two-factor-app.js'

export const ADA: User = { id: '17', email: 'ada@example.com' }
export const BEN: User = { id: '18', email: 'ben@example.com' }
export const NAME = 'second-factor.trusted'

type Version = string | number | null | undefined

/** An application with a second factor that trusted browsers skip. `versions` are by a user's id. */
export async function trustingApp({
  days = 30,
  options = {},
  users = { ada: { ...ADA }, ben: { ...BEN } } as Record<string, User>,
  more = {},
}: {
  days?: number
  options?: NonNullable<Parameters<typeof twoFactorApp>[1]>['options']
  users?: Record<string, User>
  more?: Omit<NonNullable<Parameters<typeof twoFactorApp>[1]>, 'options'>
} = {}) {
  const versions = new Map<string, Version>()
  const version = (subject: string): Version => versions.get(String(subject)) ?? 0
  const world = await twoFactorApp(users, {
    ...more,
    options: { maxSendsPerHour: 20, trustedBrowsers: { days, version }, ...options },
  })
  type Browser = ReturnType<typeof world.newBrowser>

  /** Signs in with password and code, with the box ticked. Returns the answer to the code. */
  async function trust(
    browser: Browser,
    name = 'ada',
    ticked: object = { trustBrowser: 'on' },
  ): Promise<Response> {
    const sent = world.smtp.mails.length
    const asked = await browser.password(name)
    if (asked.status !== 303) throw new Error(`${asked.status} instead of a code: ${asked.text}`)
    await world.smtp.waitFor(sent + 1)
    const answer = await browser.enter(world.smtp.mails[sent]?.code ?? '', ticked)
    if (answer.status !== 200) throw new Error(`not signed in: ${answer.status}`)
    return answer
  }
  /** The reason and the user with which a login with the password ends. */
  async function passwordOf(browser: Browser, name = 'ada') {
    const { status, body } = await browser.password(name)
    return status === 200 ? { reason: body.info.reason, id: body.id } : status
  }
  /** A browser that shows this cookie and no other. */
  async function withCookie(cookie: string, name = 'ada') {
    const { agent } = world.newBrowser()
    const answer = await agent
      .post('/login')
      .set('Cookie', cookie)
      .send({ username: name, password: 'correct horse' })
    return answer.status === 200
      ? { reason: answer.body.info.reason, id: answer.body.id }
      : answer.status
  }
  return { ...world, versions, trust, passwordOf, withCookie }
}

/** The `Set-Cookie` line of a trusted browser, if the answer has one. */
export function trustLine({ headers }: Response, name = NAME): string | undefined {
  return ([] as string[])
    .concat(headers['set-cookie'] ?? [])
    .find((line) => line.startsWith(`${name}=`))
}

/** The value of the cookie. */
export function trustValue(answer: Response): string {
  const line = trustLine(answer)
  if (line === undefined) throw new Error(`no ${NAME} in ${cookiesOf(answer)}`)
  return line.slice(NAME.length + 1).split(';')[0] as string
}

export const SKIPPED = { reason: 'trusted_browser', id: '17' }
/** The status of a redirect to the page of the code. */
export const CODE_REQUIRED = 303
