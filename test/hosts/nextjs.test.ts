import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest'
import { Document } from '../helpers/documents.js'
import { INSTALL_LIMIT_MS, testPackages } from '../helpers/test-packages.js'
import { type HostManners, signsInOnThisHost } from './contract.js'
import { quotesMessagesExactly } from './messages.js'
import { type Started, start } from './program.js'

// A build of Next.js takes 20 seconds on two free cores.
vi.setConfig({ testTimeout: 60_000, hookTimeout: INSTALL_LIMIT_MS })

const execute = promisify(execFile)
const PAGE = 'docs/hosts/nextjs.md'
const ADA = 'ada@example.com'

/** What the page does not show: the layout that every application has, and a route as it must not be written. */
const OTHER_FILES = {
  'package.json': '{ "private": true }',
  // The packages are two folders above.
  'next.config.mjs': `export default {
  turbopack: { root: new URL('../..', import.meta.url).pathname },
  // Small scripts and their maps are a fifth of the time of a build.
  experimental: { turbopackMinify: false, turbopackSourceMaps: false },
}
`,
  'app/layout.tsx': `export default function Layout({ children }: { children: React.ReactNode }) {
  return <html lang="en"><body>{children}</body></html>
}
`,
  'app/redirects/route.ts': `import { redirect } from 'next/navigation'
import { NextResponse } from 'next/server'
export async function POST(request: Request) {
  if (request.url.endsWith('?response')) return NextResponse.redirect(new URL('/login', request.url))
  redirect('/login')
}
`,
}

const manners: HostManners = {
  redirects: { form: 303, visitor: 307 },
  expectHome: ({ status, text }, email) => {
    expect(status).toBe(200)
    expect(text).toContain(`<p>${email}</p>`)
  },
}

describe(`the programs of ${PAGE}`, () => {
  let packages: string
  let folder: string
  let plain: Started
  let onlyAda: Started

  beforeAll(async () => {
    packages = await testPackages('next')
    folder = await buildNext(packages)
    plain = await startNext()
    onlyAda = await startNext({ ONLY_ADA: '1' })
  })
  afterAll(() => folder && rmSync(folder, { recursive: true, force: true }))

  const startNext = (environment = {}) =>
    start(
      folder,
      join(packages, 'next/dist/bin/next'),
      { NEXT_TELEMETRY_DISABLED: '1', ...environment },
      ['start'],
    )

  it('run on Next.js 16', () => {
    const { version } = createRequire(`${folder}/x.js`)('next/package.json')
    expect(version.split('.')[0]).toBe('16')
  })

  // The programs with the plain environment are one.
  signsInOnThisHost(async (environment) => (environment ? startNext(environment) : plain), manners)

  it('send the mail after the answer where only known addresses get one', async () => {
    const { browser, smtp, output } = onlyAda
    const ada = browser()
    const answers = []
    for (const email of ['eve@example.com', ADA]) {
      answers.push((await ada.postJson('/api/login', { email })).json.reason)
    }
    expect(answers).toEqual(['code_sent', 'code_sent'])
    const { code, envelope } = await smtp.next()
    expect(envelope.to).toEqual([ADA])
    expect((await ada.postJson('/api/login', { code })).json.reason).toBe('accepted')
    expect(output.text).not.toContain('EMAIL_OTP_AFTER_RESPONSE')
  })

  it('make a browser known that has signed in', async () => {
    const { browser, smtp } = plain
    const ada = browser()
    await ada.postJson('/api/login', { email: ADA })
    const { code } = await smtp.next()
    const { headers } = await ada.postJson('/api/login', { code })
    const names = headers.getSetCookie().map((cookie) => cookie.split('=')[0])
    expect(names.sort()).toEqual(['email-otp.device', 'session'])
  })

  it('sign in through an API route', async () => {
    const { browser, smtp } = plain
    const ada = browser()
    const post = (body: object) => ada.postJson('/api/in-pages', body)
    const asked = await post({ email: ADA })
    expect([asked.status, asked.json.reason]).toEqual([202, 'code_sent'])
    const { code } = await smtp.next()
    const right = await post({ code })
    expect([right.status, right.json.reason]).toEqual([200, 'accepted'])
    expect(right.headers.getSetCookie().join()).toContain('email-otp.device=')
    manners.expectHome(await ada.get('/'), ADA)
    const got = await ada.get('/api/in-pages')
    expect([got.status, got.headers.get('allow')]).toEqual([405, 'POST'])
  })

  it('sign in through an API route where mail follows the answer, with a warning', async () => {
    const { browser, smtp, output } = onlyAda
    const sent = smtp.mails.length
    await browser().postJson('/api/in-pages', { email: ADA })
    await smtp.waitFor(sent + 1)
    expect(output.text).toContain('EMAIL_OTP_AFTER_RESPONSE')
  })

  it.each(['', '?response'])(
    'are needed, because redirects answer a POST with 307%s',
    async (query) => {
      const { browser } = plain
      expect((await browser().submit(`/redirects${query}`, { code: '1' })).status).toBe(307)
    },
  )

  quotesMessagesExactly(PAGE, () => packages)
})

/** Builds in the folder of the packages: Next.js follows no link that leads out of it. Returns the project. */
async function buildNext(packages: string): Promise<string> {
  const builds = join(dirname(packages), '.build')
  // A run that was broken off has left its own.
  rmSync(builds, { recursive: true, force: true })
  mkdirSync(builds, { recursive: true })
  const folder = mkdtempSync(join(builds, 'next-'))
  cpSync(inject('built').unpacked, join(folder, 'node_modules/passport-email-otp'), {
    recursive: true,
  })
  const { 'pages/api/login.ts': apiRoute = '', ...files } = new Document(PAGE).files
  // One build for all tests: the API route beside the route handler, and options by environment variables.
  const options = `    ...(process.env.ONLY_ADA && { allowEmail: (email: string) => email === '${ADA}' }),
`
  const program = files['lib/email-otp.ts'] ?? ''
  const all = {
    ...files,
    ...OTHER_FILES,
    'lib/email-otp.ts': program.replace(/^ *afterResponse: after.*\n/m, `$&${options}`),
    'pages/api/in-pages.ts': apiRoute,
  }
  for (const [path, text] of Object.entries(all)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  // Without the secrets, as where an application is built.
  const env = { PATH: process.env.PATH, NEXT_TELEMETRY_DISABLED: '1' }
  const build = [join(packages, 'next/dist/bin/next'), 'build']
  await execute(process.execPath, build, { cwd: folder, env: env as unknown as NodeJS.ProcessEnv })
  return folder
}
