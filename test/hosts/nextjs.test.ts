import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, inject, it, onTestFinished, vi } from 'vitest'
import { Document } from '../helpers/documents.js'
import { INSTALL_LIMIT_MS, testPackages } from '../helpers/test-packages.js'
import { type HostManners, signsInOnThisHost } from './contract.js'
import { quotesMessagesExactly } from './messages.js'
import { type Started, start } from './program.js'

// A build of Next.js takes 20 seconds on two free cores.
vi.setConfig({ testTimeout: 180_000, hookTimeout: INSTALL_LIMIT_MS })

const execute = promisify(execFile)
const PAGE = 'docs/hosts/nextjs.md'
const ADA = 'ada@example.com'

/** What the page does not show: the layout that every application has, and a route as it must not be written. */
const OTHER_FILES = {
  'package.json': '{ "private": true }',
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

/** What only makes the next build fast, or errors readable, takes a fifth of a build. */
const FAST = {
  turbopackFileSystemCacheForBuild: false,
  turbopackInputSourceMaps: false,
  turbopackSourceMaps: false,
}
/** One of the two builds is made as users make it, and this one in less time. */
const FASTER = { ...FAST, turbopackMinify: false, turbopackScopeHoisting: false }

/** The packages are two folders above. */
const configuration = (options: object) => `import { fileURLToPath } from 'node:url'
export default {
  ...${JSON.stringify(options)},
  turbopack: { root: fileURLToPath(new URL('../..', import.meta.url)) },
}
`

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
    // A run that was broken off has left its own.
    rmSync(join(dirname(packages), '.build'), { recursive: true, force: true })
    folder = await buildNext(packages, { experimental: FASTER })
    plain = await startNext()
    onlyAda = await startNext({ ONLY_ADA: '1' })
  })
  afterAll(() => folder && rmSync(folder, { recursive: true, force: true }))

  const startNext = (environment = {}) => startBuilt(folder, packages, environment)

  it('run on Next.js 16', () => {
    const { version } = createRequire(`${folder}/x.js`)('next/package.json')
    expect(version.split('.')[0]).toBe('16')
  })

  // The programs with the plain environment are one.
  signsInOnThisHost(async (environment) => (environment ? startNext(environment) : plain), manners)

  it('send the mail after the answer where only known addresses get one, and make the browser known', async () => {
    const { browser, smtp, output } = onlyAda
    const ada = browser()
    const answers = []
    for (const email of ['eve@example.com', ADA]) {
      answers.push((await ada.postJson('/api/login', { email })).json.reason)
    }
    expect(answers).toEqual(['code_sent', 'code_sent'])
    const { code, envelope } = await smtp.next()
    expect(envelope.to).toEqual([ADA])
    const { json, headers } = await ada.postJson('/api/login', { code })
    expect(json.reason).toBe('accepted')
    const names = headers.getSetCookie().map((cookie) => cookie.split('=')[0])
    expect(names.sort()).toEqual(['email-otp.device', 'session'])
    expect(output.text).not.toContain('EMAIL_OTP_AFTER_RESPONSE')
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

describe(`the programs of ${PAGE}, where next.config sets cacheComponents`, () => {
  it('sign in with the line and the proxy that the page names', async () => {
    const packages = await testPackages('next')
    const line = 'export const instant = false'
    expect(new Document(PAGE).flat).toContain(`\`${line}\``)
    const { 'app/page.tsx': home, 'proxy.ts': proxy = '' } = new Document(PAGE).files
    const changed = { 'app/page.tsx': `${home}${line}\n`, 'proxy.ts': proxy }
    // As create-next-app sets them. The other build has checked the types.
    const scaffold = { cacheComponents: true, partialPrefetching: true }
    const options = {
      ...scaffold,
      typescript: { ignoreBuildErrors: true },
      experimental: FAST,
    }
    const folder = await buildNext(packages, options, changed)
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    const { browser, smtp, output } = await startBuilt(folder, packages)
    const ada = browser()
    const visited = await ada.get('/')
    expect([visited.status, visited.headers.get('location')]).toEqual([307, '/login'])
    await ada.get('/login')
    await ada.submit('/login', { email: ADA })
    const { code } = await smtp.next()
    expect((await ada.submit('/login', { code })).headers.get('location')).toBe('/')
    manners.expectHome(await ada.get('/'), ADA)
    const other = browser()
    const asked = await other.postJson('/api/login', { email: 'bob@example.com' })
    expect(asked.json.reason).toBe('code_sent')
    expect((await other.postJson('/api/login', { code: (await smtp.next()).code })).status).toBe(
      200,
    )
    expect(output.text).not.toMatch(/Error|cacheComponents/)
  })
})

function startBuilt(folder: string, packages: string, environment = {}): Promise<Started> {
  const next = join(packages, 'next/dist/bin/next')
  return start(folder, next, { NEXT_TELEMETRY_DISABLED: '1', ...environment }, ['start'])
}

/** Builds in the folder of the packages: Next.js follows no link that leads out of it. Returns the project. */
async function buildNext(packages: string, options: object, changed = {}): Promise<string> {
  const builds = join(dirname(packages), '.build')
  mkdirSync(builds, { recursive: true })
  const folder = mkdtempSync(join(builds, 'next-'))
  cpSync(inject('built').unpacked, join(folder, 'node_modules/passport-email-otp'), {
    recursive: true,
  })
  const {
    'pages/api/login.ts': apiRoute = '',
    'proxy.ts': proxy = '',
    ...files
  } = new Document(PAGE).files
  // One build for all tests: the API route beside the route handler, and options by environment variables.
  const onlyAda = `    ...(process.env.ONLY_ADA && { allowEmail: (email: string) => email === '${ADA}' }),
`
  const program = files['lib/email-otp.ts'] ?? ''
  const all = {
    ...files,
    ...OTHER_FILES,
    'lib/email-otp.ts': program.replace(/^ *afterResponse: after.*\n/m, `$&${onlyAda}`),
    'pages/api/in-pages.ts': apiRoute,
    // Its types are checked. Under this name it does not run.
    'compiled-proxy.ts': proxy,
    'next.config.mjs': configuration(options),
    ...changed,
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
