import { readFileSync } from 'node:fs'
import { get } from 'node:http'
import { join } from 'node:path'
import ts from 'typescript'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { de } from '../../src/languages/de.js'
import { en } from '../../src/languages/en.js'
import { bare, type CodeBlock, Document } from '../helpers/documents.js'
import { makeProject, root, typeCheck } from '../helpers/package.js'
import { startProgram } from '../helpers/program.js'
import { Visitor } from '../helpers/visitor.js'
import { wrongCode } from '../helpers/wrong-code.js'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

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
  return { ...started, origin, visitor: new Visitor(origin) }
}

/** The file of the first program of a page, or of the first one under a heading of it. */
function partOf(page: string, heading?: string): string {
  const index = parts.findIndex(
    (part) => part.page === `docs/${page}.md` && (heading ?? part.heading) === part.heading,
  )
  if (index < 0) throw new Error(`no program in ${page}`)
  return `./${named(index)}.js`
}

describe('the first program', () => {
  it('is the only complete one', () => {
    expect(complete).toHaveLength(1)
  })

  it('signs in the visitor who enters the code from the mail', async () => {
    const { visitor, smtp } = await start('app.mjs')
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
    expect(subject).toBe(`${code} is your Acme code`)

    const wrong = await visitor.post('/login', {
      code: code.replace(/.$/, (d) => `${9 - Number(d)}`),
    })
    expect(wrong.text).toContain(en.reasons.invalid_code({ attemptsLeft: 4 }))
    expect(wrong.text).toContain('name="code"')
    const home = await visitor.post('/login', { code: `${code.slice(0, 3)} ${code.slice(3)}` })
    expect(home).toEqual({ url: '/', status: 200, text: `Signed in as ${ADDRESS}` })
    expect((await visitor.get('/')).text).toBe(`Signed in as ${ADDRESS}`)
    // The same code once more, as a second click sends it, ends on the same page.
    expect(await visitor.post('/login', { code })).toEqual(home)
  })

  it('speaks German with one import and one option more', async () => {
    const { visitor, smtp } = await start('german-app.mjs')
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

  it('offers the address field again, filled in, when the code is spent', async () => {
    const { visitor, smtp } = await start('app.mjs')
    await visitor.post('/login', { email: "o'hara&co@example.com" })
    const { code } = await smtp.next()
    const wrong = code.replace(/.$/, (d) => `${9 - Number(d)}`)
    let page = await visitor.get('/login')
    for (let i = 0; i < 5; i++) page = await visitor.post('/login', { code: wrong })
    expect(page.text).toContain(en.reasons.invalid_code_last)
    expect(page.text).not.toContain('name="code"')
    expect(page.text).toContain('value="o&#39;hara&amp;co@example.com"')
  })

  it('brings the visitor back to the page if the mail could not be sent', async () => {
    const { visitor, smtp, output } = await start('app.mjs')
    smtp.rejectRecipient()
    const failed = await visitor.post('/login', { email: ADDRESS })
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
    const { visitor, output } = await start('--input-type=module', '--eval', program)
    await visitor.post('/login', { email: ADDRESS })
    const [, code = ''] = new RegExp(`^${ADDRESS} (\\d{6})$`, 'm').exec(output.text) ?? []
    expect(await visitor.post('/login', { code })).toMatchObject({ url: '/', status: 200 })
  })
})

describe('the first program of the design', () => {
  it('runs as it stands', async () => {
    const { visitor, smtp } = await start('application.js', './design.mjs')
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
    const { visitor, smtp } = await start('application.js', partOf('guides/two-routes'))
    const refused = await visitor.post('/login', { email: 'nobody' })
    expect(refused.url).toBe('/login')
    expect(refused.text).toContain(en.reasons.invalid_email)
    expect((await visitor.get('/login/code')).url).toBe('/login')

    const asked = await visitor.post('/login', { email: ADDRESS })
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
    const { visitor, smtp } = await start(
      'application.js',
      partOf('guides/json', 'Without jsonLogin'),
    )
    const asked = await visitor.postJson('/api/login', { email: ADDRESS })
    expect(asked.status).toBe(202)
    const { pending, ...rest } = JSON.parse(asked.text)
    expect(pending.expiresInSeconds).toBeGreaterThan(590)
    const seconds = { expiresInSeconds: 600, resendInSeconds: 30 }
    const shown = shownAnswer()
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
    const { visitor, smtp } = await start('application.js', partOf('guides/json'))
    expect((await visitor.get('/api/sign-in')).text).toBe('{"pending":null}')
    expect((await visitor.postJson('/api/sign-in', { email: ADDRESS })).status).toBe(202)
    const { pending } = JSON.parse((await visitor.get('/api/sign-in')).text)
    expect(pending).toMatchObject({ email: ADDRESS, digits: 6 })
    const { code } = await smtp.next()
    const right = await visitor.postJson('/api/sign-in', { code })
    expect([right.status, JSON.parse(right.text)]).toMatchObject([
      200,
      { reason: 'accepted', user: { email: ADDRESS } },
    ])
    expect((await visitor.get('/')).status).toBe(200)
  })

  it('sign in with a password and a code, and with neither alone', async () => {
    const { visitor, smtp } = await start('application.js', partOf('guides/second-factor'))
    expect((await visitor.post('/password', { email: ADDRESS, password: 'x' })).url).toBe(
      '/password',
    )
    const asked = await visitor.post('/password', { email: ADDRESS, password: 'a password' })
    expect(asked.url).toBe('/password/code')
    expect(asked.text).toContain('action="/password/again"')
    expect((await visitor.get('/')).status).toBe(401)
    const { code, envelope } = await smtp.next()
    expect(envelope.to).toEqual([ADDRESS])
    expect((await visitor.post('/password/code', { code })).url).toBe('/')
    expect((await visitor.get('/')).status).toBe(200)
  })

  it('ask for a fresh proof, and lead back', async () => {
    const { visitor, smtp } = await start(
      'application.js',
      partOf('guides/json'),
      partOf('guides/confirm-sensitive-actions'),
    )
    await visitor.postJson('/api/sign-in', { email: ADDRESS })
    await visitor.postJson('/api/sign-in', { code: (await smtp.next()).code })
    const confirm = await visitor.get('/account/email')
    expect(confirm.url).toBe('/confirm')
    expect(confirm.text).toContain('<form method="post"')
    expect((await visitor.post('/confirm', {})).text).toContain('name="code"')
    const { code, text } = await smtp.next()
    expect(text).toContain(`Your Acme code to change your e-mail address:\n\n${code}\n`)
    expect(await visitor.post('/confirm', { code })).toMatchObject({
      url: '/account/email',
      status: 200,
    })
  })

  it('sign in without cookies', async () => {
    const { visitor, smtp } = await start('application.js', partOf('guides/without-cookies'))
    const asked = JSON.parse((await visitor.postJson('/v1/login', { email: ADDRESS })).text)
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
    const { visitor, smtp } = await start('application.js', partOf('guides/plain-calls'))
    expect((await visitor.get('/api/session')).text).toBe('null')
    expect((await visitor.postJson('/api/code', { email: ADDRESS })).status).toBe(202)
    expect(JSON.parse((await visitor.get('/api/session')).text)).toMatchObject({ email: ADDRESS })
    const { code } = await smtp.next()
    expect((await visitor.postJson('/api/session', { code: '' })).status).toBe(400)
    expect((await visitor.postJson('/api/session', { code })).status).toBe(200)
    expect((await visitor.get('/')).status).toBe(200)
  })

  it('limit requests for codes by client, also those that look like entered codes', async () => {
    const parts = [partOf('operations/before-production'), './one-page.js']
    const { visitor, smtp } = await start('application.js', ...parts)
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
    const { origin } = await start('application.js', partOf('operations/health'))
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
    const { visitor, smtp } = await start(
      'application.js',
      partOf('guides/json', 'Without jsonLogin'),
      partOf('reference/errors'),
    )
    smtp.rejectRecipient()
    expect(await visitor.postJson('/api/login', { email: ADDRESS })).toMatchObject({
      status: 502,
      text: 'The mail could not be sent. Try again in a moment.',
    })
  })
})

function shownAnswer(): { pending: { id: string } } {
  const page = new Document('docs/guides/json.md')
  const shown = page.blocks.find(({ language }) => language === 'json')
  return JSON.parse(shown?.code ?? '{}')
}
