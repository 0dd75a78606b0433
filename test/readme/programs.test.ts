import { readFileSync } from 'node:fs'
import { get } from 'node:http'
import { join } from 'node:path'
import ts from 'typescript'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { de } from '../../src/languages/de.js'
import { en } from '../../src/languages/en.js'
import { Visitor } from '../helpers/browser.js'
import { bare, type CodeBlock, Document } from '../helpers/documents.js'
import { makeProject, root, typeCheck } from '../helpers/package.js'
import { startProgram } from '../helpers/program.js'
import { until } from '../helpers/until.js'
import { wrongCode } from '../helpers/wrong-code.js'

vi.setConfig({ testTimeout: 120_000 })

const ADDRESS = 'ada@example.com'

const readme = new Document('README.md')
const complete = readme.blocks.filter(({ language }) => language === 'js')

/** The pages whose programs are parts, to stand in an application that has all the names they use. */
const PAGES = [
  'docs/guides/two-routes.md',
  'docs/guides/json.md',
  'docs/guides/verify-function.md',
  'docs/guides/keep-data.md',
  'docs/guides/second-factor.md',
  'docs/guides/confirm-sensitive-actions.md',
  'docs/guides/without-cookies.md',
  'docs/guides/known-users-only.md',
  'docs/guides/plain-calls.md',
  'docs/operations/several-strategies.md',
  'docs/guides/several-spellings.md',
  'docs/operations/support-desk.md',
  'docs/operations/secrets.md',
  'docs/stores/redis.md',
  'docs/stores/postgres.md',
  'docs/guides/send-mail.md',
  'docs/guides/other-channels.md',
  'docs/reference/events.md',
  'docs/reference/errors.md',
  'docs/operations/health.md',
  'docs/operations/send-limits.md',
  'docs/operations/guess-figure.md',
  'docs/operations/before-production.md',
]
interface Part extends CodeBlock {
  readonly page: string
}
const parts: Part[] = PAGES.flatMap((page) =>
  new Document(page).blocks
    .filter(({ language }) => /^[jt]s$/.test(language))
    .map((block) => ({ ...block, page })),
)
const fixture = (name: string) => readFileSync(join(root, 'test/readme/fixtures', name), 'utf8')
const application = fixture('application.ts')
const design = fixture('design-first-program.txt')

/** The first program of a page. */
function codeOf(page: string): string {
  return parts.find((part) => part.page === page)?.code ?? ''
}

/** The names of the application that parts may use. */
const [, block = ''] = /const names = \{\n(.*?)^\}/ms.exec(application) ?? []
const NAMES = [...block.matchAll(/^ {2}(\w+)/gm)].map(([, name]) => name)
const GLOBALS = `import type { Names } from './application.js'
declare global {
${NAMES.map((name) => `  const ${name}: Names['${name}']`).join('\n')}
}`

/** Parts are JavaScript. Where TypeScript needs types for parameters, the page has them in backticks. */
function annotated({ code, page }: Part): string {
  const spans = new Document(page).flat.match(/`\([^`]+: [^`]+\)`/g) ?? []
  const plainOf = (parameters: string) => parameters.replace(/: [^,)]+/g, '')
  const parameters = spans.map(bare).find((span) => code.includes(plainOf(span)))
  if (parameters === undefined) return code
  const plain = plainOf(parameters)
  return `import type { NextFunction, Request, Response } from 'express'
import type { EmailOtpInfo } from 'passport-email-otp'
${code.replace(plain, parameters)}`
}

/** One route for both steps, behind the limits of the page. It answers in JSON. */
const ONE_PAGE = `app.post('/login', (req, res, next) => {
  passport.authenticate('email-otp', (err, user, info, status) =>
    err ? next(err) : res.status(status ?? 200).json(info))(req, res, next)
})`

/** A route for the strategy of the page on spellings. It answers with the user. */
const FOLDING = `app.post('/folding', passport.authenticate('folding'), (req, res) => res.json(req.user))
passport.use(folding)`

/** The strategy of the page on a route, and a user. */
const KNOWN_ONLY = `${codeOf('docs/guides/known-users-only.md')}
passport.use(knownOnly)
await users.findOrCreate('${ADDRESS}')
app.post('/members', passport.authenticate('members', {
  successRedirect: '/', codeSentRedirect: '/', failureRedirect: '/' }))`

const named = (index: number) => `part-${index}`

let folder: string

beforeAll(async () => {
  const sources = {
    'application.ts': application,
    'globals.ts': GLOBALS,
    'design.ts': design,
    ...Object.fromEntries(parts.map((part, index) => [`${named(index)}.ts`, annotated(part)])),
  }
  folder = await makeProject({
    files: {
      ...sources,
      ...Object.fromEntries(
        Object.entries(sources).map(([name, text]) => [
          name.replace(/ts$/, 'js'),
          javaScript(text),
        ]),
      ),
      'design.mjs': design,
      'app.mjs': complete[0]?.code ?? '',
      'german-app.mjs': german(complete[0]?.code ?? ''),
      'one-page.js': ONE_PAGE,
      'folding.js': `${codeOf('docs/guides/several-spellings.md')}${FOLDING}`,
      'known-only.js': KNOWN_ONLY,
      ...Object.fromEntries(['change-email'].map((page) => [`views/${page}.json`, ''])),
    },
  })
})

/** The program with one import and one option more. */
function german(program: string): string {
  const withOption = program.replace('  secret: ', '  languages: [de],\n  secret: ')
  return `import { de } from 'passport-email-otp/languages/de'\n${withOption}`
}

function javaScript(source: string): string {
  const { ESNext } = ts.ModuleKind
  const compilerOptions = { module: ESNext, target: ts.ScriptTarget.ES2022 }
  return ts.transpileModule(source, { compilerOptions }).outputText
}

/** Starts a program in the project as the README says, and waits until it answers. */
async function start(...args: string[]) {
  const { origin, ...started } = await startProgram(folder, args, {
    OTP_SECRET: 'dGhlIHNlY3JldCBvZiB0aGUgcHJvZ3JhbSBpbiBhIHRlc3Q=',
    ADMIN_SECRET: 'YW5vdGhlciBzZWNyZXQgb2YgYSBwcm9ncmFtIGluIHRlc3Q=',
    COUNTER_SECRET: 'YSB0aGlyZCBzZWNyZXQsIHRoaXMgb25lIGlzIGZvciBjb3VudHM=',
    SESSION_SECRET: 'cats',
  })
  return { ...started, origin, visit: () => new Visitor(origin) }
}

type Started = Awaited<ReturnType<typeof start>>

/** The file of the first program of a page, or of the first one under a heading of it. */
function partOf(page: string, heading?: string): string {
  const index = parts.findIndex(
    (part) => part.page === `docs/${page}.md` && (heading ?? part.heading) === part.heading,
  )
  if (index < 0) throw new Error(`no program in ${page}`)
  return `./${named(index)}.js`
}

describe('the first program', () => {
  let app: Started
  beforeAll(async () => {
    app = await start('app.mjs')
  })

  it('is the only complete one', () => {
    expect(complete).toHaveLength(1)
  })

  it('signs in the visitor who enters the code from the mail', async () => {
    const { smtp } = app
    const visitor = app.visit()
    const form = await visitor.get('/')
    expect(form.url).toBe('/login')
    expect(form.text).toContain('name="email"')
    expect(form.text).not.toContain('name="code"')

    const asked = await visitor.post('/login', { email: ADDRESS })
    expect(asked).toMatchObject({ url: '/login', status: 200 })
    expect(asked.text).toContain(en.reasons.code_sent)
    expect(asked.text).toContain('name="code"')
    expect(asked.text).toContain(`value="${ADDRESS}"`)
    const { code, envelope, subject } = await smtp.next()
    expect(envelope.to).toEqual([ADDRESS])
    expect(subject).toBe(en.mail.subject({ appName: 'Acme', purposeText: undefined, code }))

    const wrong = await visitor.post('/login', { code: wrongCode(code) })
    expect(wrong.text).toContain(en.reasons.invalid_code({ attemptsLeft: 4 }))
    expect(wrong.text).toContain('name="code"')
    const home = await visitor.post('/login', { code: `${code.slice(0, 3)} ${code.slice(3)}` })
    expect(home).toEqual({ url: '/', status: 200, text: `Signed in as ${ADDRESS}` })
    expect((await visitor.get('/')).text).toBe(`Signed in as ${ADDRESS}`)
    // The same code once more, as a second click sends it, ends on the same page.
    expect(await visitor.post('/login', { code })).toEqual(home)
  })

  it('speaks German with one import and one option more', async () => {
    const { visit, smtp } = await start('german-app.mjs')
    const visitor = visit()
    const asked = await visitor.post('/login', { email: ADDRESS })
    expect(asked.text).toContain(de.reasons.code_sent)
    const { code, subject, text } = await smtp.next()
    expect(subject).toBe(`${code} ist Ihr Code für Acme`)
    expect(text).toContain(de.mail.notRequested)
    const wrong = await visitor.post('/login', { code: wrongCode(code) })
    expect(wrong.text).toContain(de.reasons.invalid_code({ attemptsLeft: 4 }))
    const home = await visitor.post('/login', { code })
    expect(home).toMatchObject({ url: '/', status: 200 })
  })

  it('brings the visitor back to the page if the mail could not be sent', async () => {
    const { smtp, output } = app
    const visitor = app.visit()
    smtp.rejectRecipient()
    const failed = await visitor.post('/login', { email: 'ben@example.com' })
    // Why, and the page that explains it.
    for (const part of [
      'delivery_failed',
      'docs/trouble-shooting.md#errors-of-a-request',
      'responseCode: 550',
    ]) {
      expect(output.text).toContain(part)
    }
    expect(failed).toMatchObject({ url: '/login', status: 200 })
    expect(failed.text).toContain(en.reasons.not_sent)
    smtp.behave()
    await visitor.post('/login', { email: 'another@example.com' })
    const { code } = await smtp.next()
    expect(await visitor.post('/login', { code })).toMatchObject({ url: '/', status: 200 })
  })

  it('prints the codes with the other sendCode of the README', async () => {
    const [, line = ''] = /`(sendCode: [^`]+)`/.exec(readme.flat) ?? []
    const program = complete[0]?.code.replace(/^ *sendCode: .*$/m, line) ?? ''
    const { visit, output } = await start('--input-type=module', '--eval', program)
    const visitor = visit()
    await visitor.post('/login', { email: ADDRESS })
    const [, code = ''] = new RegExp(`^${ADDRESS} (\\d{6})$`, 'm').exec(output.text) ?? []
    expect(await visitor.post('/login', { code })).toMatchObject({ url: '/', status: 200 })
  })
})

describe('the first program of the design', () => {
  it('runs as it stands', async () => {
    const { visit, smtp } = await start('application.js', './design.mjs')
    const visitor = visit()
    expect((await visitor.get('/login')).text).not.toContain('name="code"')
    const asked = await visitor.post('/login', { email: ADDRESS })
    expect(asked.url).toBe('/login')
    expect(asked.text).toContain(en.reasons.code_sent)
    expect(asked.text).toContain('name="code"')
    const { code } = await smtp.next()
    expect(await visitor.post('/login', { code })).toMatchObject({ url: '/', status: 200 })
    expect(JSON.parse((await visitor.get('/')).text)).toEqual({ id: '1', email: ADDRESS })
  })
})

describe('the other programs', () => {
  /** One application with those that have routes of their own. */
  let app: Started
  beforeAll(async () => {
    app = await start(
      'application.js',
      partOf('guides/two-routes'),
      partOf('guides/json'),
      partOf('guides/json', 'Without jsonLogin'),
      partOf('guides/keep-data'),
      partOf('guides/second-factor'),
      partOf('guides/confirm-sensitive-actions'),
      partOf('guides/without-cookies'),
      partOf('guides/plain-calls'),
      partOf('operations/health'),
      partOf('reference/errors'),
      './folding.js',
    )
  })
  let people = 0
  /** A visitor with an address that no other test has. */
  const person = () => ({ visitor: app.visit(), email: `person${++people}@example.com`, ...app })

  it('compile strictly, as does the first program of the design', async () => {
    expect(await typeCheck(folder, { module: 'nodenext', skipLibCheck: true })).toBe('')
  })

  it('run without an error, all of them in one application', async () => {
    // Those of the stores need servers, or a test runner: store-programs.test.ts has them.
    const inOne = parts.flatMap(({ code }, index) =>
      /from '(redis|pg|node:test)'/.test(code) ? [] : [`./${named(index)}.js`],
    )
    const { output } = await start('application.js', ...inOne)
    expect(output.text).not.toMatch(/error/i)
  })

  it('sign in on two routes', async () => {
    const { visitor, email, smtp } = person()
    const refused = await visitor.post('/login', { email: 'nobody' })
    expect(refused.url).toBe('/login')
    expect(refused.text).toContain(en.reasons.invalid_email)
    expect((await visitor.get('/login/code')).url).toBe('/login')

    const asked = await visitor.post('/login', { email })
    expect(asked.url).toBe('/login')
    expect(asked.text).toContain('action="/login/code"')
    const { code } = await smtp.next()
    const again = await visitor.post('/login', {})
    expect([again.url, again.text.includes(en.reasons.code_sent)]).toEqual(['/login', true])
    const wrong = await visitor.post('/login/code', { code: 'x' })
    expect([wrong.url, wrong.text.includes('aria-invalid="true"')]).toEqual(['/login', true])
    expect(await visitor.post('/login/code', { code })).toMatchObject({ url: '/', status: 200 })
  })

  it('sign in with JSON, and answer what the page shows', async () => {
    const { visitor, smtp } = person()
    const asked = await visitor.postJson('/api/login', { email: ADDRESS })
    expect(asked.status).toBe(202)
    const { pending, ...rest } = JSON.parse(asked.text)
    expect(pending.expiresInSeconds).toBeGreaterThan(590)
    const seconds = { expiresInSeconds: 600, resendInSeconds: 30 }
    const { blocks } = new Document('docs/guides/json.md')
    const json = blocks.find(({ language }) => language === 'json')
    const shown = JSON.parse(json?.code ?? '')
    expect(pending.id).toMatch(/^[a-z]{16}$/)
    const { id } = shown.pending
    expect({ ...rest, retryAfterSeconds: 30, pending: { ...pending, ...seconds, id } }).toEqual(
      shown,
    )
    const { code } = await smtp.next()
    const wrong = await visitor.postJson('/api/login', { code: Number(code) })
    expect([wrong.status, JSON.parse(wrong.text).reason]).toEqual([400, 'malformed_code'])
    const right = await visitor.postJson('/api/login', { code })
    expect([right.status, JSON.parse(right.text).reason]).toEqual([200, 'accepted'])
    expect((await visitor.get('/')).status).toBe(200)
  })

  it('sign in with JSON in one line', async () => {
    const { visitor, email, smtp } = person()
    expect((await visitor.get('/api/sign-in')).text).toBe('{"pending":null}')
    expect((await visitor.postJson('/api/sign-in', { email })).status).toBe(202)
    const { pending } = JSON.parse((await visitor.get('/api/sign-in')).text)
    expect(pending).toMatchObject({ email, digits: 6 })
    const { code } = await smtp.next()
    const right = await visitor.postJson('/api/sign-in', { code })
    expect([right.status, JSON.parse(right.text)]).toMatchObject([
      200,
      { reason: 'accepted', user: { email } },
    ])
    expect((await visitor.get('/')).status).toBe(200)
  })

  it('keep the invite of a visitor who corrects the address', async () => {
    const { visitor, email, smtp } = person()
    const link = '/join?invite=abc&to=/welcome'
    for (const typed of ['nobody', 'typo@example.org']) {
      expect((await visitor.post(link, { email: typed })).url).toBe(link)
    }
    await smtp.next()
    await visitor.post(link, { email })
    const right = await visitor.post(link, { code: (await smtp.next()).code })
    expect(JSON.parse(right.text)).toEqual({ invite: 'abc', wayBack: '/welcome' })
  })

  it('sign in with a password and a code, and with neither alone', async () => {
    const { visitor, email, smtp } = person()
    expect((await visitor.post('/password', { email, password: 'x' })).url).toBe('/password')
    const asked = await visitor.post('/password', { email, password: 'a password' })
    expect(asked.url).toBe('/password/code')
    expect(asked.text).toContain('action="/password/again"')
    expect((await visitor.get('/')).status).toBe(401)
    const { code, envelope } = await smtp.next()
    expect(envelope.to).toEqual([email])
    expect((await visitor.post('/password/code', { code })).url).toBe('/')
    expect((await visitor.get('/')).status).toBe(200)
  })

  it('ask for a fresh proof, and lead back', async () => {
    const { visitor, email, smtp } = person()
    await visitor.postJson('/api/sign-in', { email })
    await visitor.postJson('/api/sign-in', { code: (await smtp.next()).code })
    const confirm = await visitor.get('/account/email')
    expect(confirm.url).toBe('/confirm')
    expect(confirm.text).toContain('<form method="post"')
    expect((await visitor.post('/confirm', {})).text).toContain('name="code"')
    const { code, text } = await smtp.next()
    const purposeText = 'change your e-mail address'
    const label = en.mail.codeLabel({ appName: 'Acme', purposeText })
    expect(text).toContain(`${label}\n\n${code}\n`)
    expect(await visitor.post('/confirm', { code })).toMatchObject({
      url: '/account/email',
      status: 200,
    })
  })

  it.each([
    ['one account', 'ada@gmail.com', 'ada+x@gmail.com'],
    ['one account', 'ben++@gmail.com', 'ben+x+y@gmail.com'],
    ['two accounts', '+a@gmail.com', '+b@gmail.com'],
    ['two accounts', 'ada@example.com', 'ada+evil@example.com'],
    ['two accounts', 'cy@notgmail.com', 'cy+x@notgmail.com'],
    ['two accounts', '+15551230001@sms.example', '+15559990002@sms.example'],
  ])('sign in to %s for %s and %s', async (accounts, ...emails) => {
    const ids = new Set()
    for (const email of emails) {
      const { visitor, smtp } = person()
      await visitor.post('/folding', { email })
      const { code, envelope } = await smtp.next()
      expect(envelope.to).toEqual([email])
      ids.add(JSON.parse((await visitor.post('/folding', { code })).text).id)
    }
    expect(ids.size).toBe(accounts === 'one account' ? 1 : 2)
  })

  it('sign in without cookies', async () => {
    const { visitor, email, smtp } = person()
    const asked = JSON.parse((await visitor.postJson('/v1/login', { email })).text)
    const { challengeToken } = asked
    const { code } = await smtp.next()
    expect((await visitor.postJson('/v1/login', { code })).status).toBe(403)
    const right = await visitor.postJson('/v1/login', { code, challengeToken })
    expect(JSON.parse(right.text)).toMatchObject({
      reason: 'accepted',
      accessToken: expect.any(String),
    })
  })

  it('sign in by plain calls', async () => {
    const { visitor, email, smtp } = person()
    expect((await visitor.get('/api/session')).text).toBe('null')
    expect((await visitor.postJson('/api/code', { email })).status).toBe(202)
    expect(JSON.parse((await visitor.get('/api/session')).text)).toMatchObject({ email })
    const { code } = await smtp.next()
    expect((await visitor.postJson('/api/session', { code: '' })).status).toBe(400)
    expect((await visitor.postJson('/api/session', { code })).status).toBe(200)
    expect((await visitor.get('/')).status).toBe(200)
  })

  it('print why the mail to a known user failed, which follows the answer', async () => {
    const { visit, smtp, output } = await start('application.js', './known-only.js')
    smtp.rejectRecipient()
    await visit().post('/members', { email: ADDRESS })
    await until(() => output.text.includes('responseCode: 550'))
    expect(output.text).toContain('send_failed')
  })

  it('limit requests for codes by client, also those that look like entered codes', async () => {
    const parts = [partOf('operations/before-production'), './one-page.js']
    const { visit, smtp } = await start('application.js', ...parts)
    const visitor = visit()
    const statuses: number[] = []
    for (let i = 0; i < 60; i += 1) {
      const body = { email: `user${i}@example.com`, code: null }
      statuses.push((await visitor.postJson('/login', body)).status)
    }
    expect(statuses).toEqual([...Array(20).fill(202), ...Array(40).fill(429)])
    expect(smtp.mails).toHaveLength(20)
    // A code that was sent can still be entered, and those tries have a limit of their own.
    const { code } = await smtp.next()
    const entered = await visitor.postJson('/login', { code: code.replace(/^./, 'x') })
    expect([entered.status, JSON.parse(entered.text).reason]).toEqual([400, 'malformed_code'])
    for (let i = 21; i < 100; i += 1) await visitor.postJson('/login', { code: '' })
    expect((await visitor.postJson('/login', { code: '' })).status).toBe(429)
  })

  it('report the health to programs on the same machine only', async () => {
    const { origin } = app
    const statusWith = (headers: Record<string, string>) =>
      new Promise<number | undefined>((resolve, reject) => {
        get(`${origin}/health`, { headers }, (res) => resolve(res.resume().statusCode)).on(
          'error',
          reject,
        )
      })
    expect(await statusWith({})).toBe(200)
    expect(await statusWith({ Host: 'app.example' })).toBe(404)
    expect(await statusWith({ Forwarded: 'for=203.0.113.7' })).toBe(404)
    expect(await statusWith({ 'X-Forwarded-For': '203.0.113.7' })).toBe(404)
  })

  it('answer for a mail that could not be sent', async () => {
    const { visitor, email, smtp } = person()
    smtp.rejectRecipient()
    expect(await visitor.postJson('/api/login', { email })).toMatchObject({
      status: 502,
      text: 'The mail could not be sent. Try again in a moment.',
    })
    smtp.behave()
  })
})
