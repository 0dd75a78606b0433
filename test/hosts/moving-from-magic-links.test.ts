import { symlinkSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { PGlite } from '@electric-sql/pglite'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { parseEmail } from '../../src/challenge/email.js'
import { bare, Document } from '../helpers/documents.js'
import { runNode, temporaryFolder } from '../helpers/package.js'
import { startPglite } from '../helpers/pglite.js'
import { INSTALL_LIMIT_MS, testPackages } from '../helpers/test-packages.js'
import { compile, type ProgramOptions, type Started, startWithTsx } from './program.js'

vi.setConfig({ hookTimeout: INSTALL_LIMIT_MS })

const NAME = 'docs/guides/moving-from-magic-links.md'
const PAGE = new Document(NAME)
const ADA = 'ada@example.com'
/** The account of the programs, whose address was stored with capitals. */
const ACCOUNT = { id: 1, email: 'Ada@Example.com' }
const MAGIC_LINK_SECRET = 'bGlua3Mgb2YgdGhlIHByb2dyYW0gaW4gYSB0ZXN0Li4uLg=='

/** The applications before the move. Each prints the link that it would mail. */
const LINK_MAKERS = {
  'passport-magic-link': `import { Strategy } from 'passport-magic-link'
const [, , secret, email] = process.argv
const mail = async (_user, token) => console.log('/auth/magiclink/callback?token=' + token)
const options = { secret, userFields: ['email'], tokenField: 'token' }
// A link of this package holds the user that was found when it was mailed.
const strategy = new Strategy(options, mail, async () => (${JSON.stringify(ACCOUNT)}))
strategy.pass = () => {}
await strategy.authenticate({ body: { email } }, { action: 'requestToken' })
`,
  'passport-magic-login': `import magicLogin from 'passport-magic-login'
const [, , secret, destination] = process.argv
const strategy = new magicLogin.default({
  secret,
  callbackUrl: '/auth/magiclogin/callback',
  sendMagicLink: async (_destination, href) => console.log(href),
})
const req = { method: 'POST', headers: { 'content-type': 'application/json' }, body: { destination } }
strategy.send(req, { json() {} })
`,
}

/** The folder of the old packages. */
let from: string
/** The folder of the applications before the move. */
let old: string

beforeAll(async () => {
  from = await testPackages('magic-links')
  old = temporaryFolder()
  symlinkSync(from, join(old, 'node_modules'), 'junction')
  for (const [name, program] of Object.entries(LINK_MAKERS)) {
    writeFileSync(join(old, `${name}.mjs`), program)
  }
})

describe.each([
  {
    name: 'passport-magic-link',
    ask: '/auth/code',
    enter: '/login/code',
    field: 'email',
    usedLink: { works: false },
  },
  {
    name: 'passport-magic-login',
    ask: '/auth/magiclogin',
    enter: '/auth/magiclogin',
    field: 'destination',
    usedLink: { works: true },
  },
] as const)('after the move from $name', ({ name, ask, enter, field, usedLink }) => {
  let moved: Started

  beforeAll(async () => {
    const block = PAGE.blocks.find(
      ({ language, heading }) => language === 'ts' && heading === `From ${name}`,
    )
    const options: ProgramOptions = {
      sources: { 'app.ts': block?.code ?? '' },
      from,
      packages: [name],
      packageJson: name === 'passport-magic-login' ? {} : { type: 'module' },
    }
    const folder = await compile(options)
    moved = await startWithTsx(NAME, folder, from, { MAGIC_LINK_SECRET })
  })

  const oldLink = async (secret = MAGIC_LINK_SECRET) =>
    (await runNode(old, `${name}.mjs`, secret, ADA)).trim()

  /** Posts as the page does: JSON for passport-magic-login, a form for passport-magic-link. */
  const send = (visitor = moved.browser()) => ({
    visitor,
    post: (path: string, fields: Record<string, string>) =>
      name === 'passport-magic-login'
        ? visitor.postJson(path, fields)
        : visitor.submit(path, fields),
  })

  it('tests the version that the page names', () => {
    const { version } = createRequire(`${old}/x.js`)(`./node_modules/${name}/package.json`)
    expect(PAGE.flat).toContain(
      `${name}) ${version.replace(name.endsWith('login') ? /\.\d+$/ : /\..*/, '')}`,
    )
  })

  const secondUse = usedLink.works ? 'accepts it again until it expires' : 'rejects it afterwards'
  it(`signs in a user who opens a link that was mailed before the move, and ${secondUse}`, async () => {
    const { browser } = moved
    const ada = browser()
    const link = await oldLink()
    const followed = await ada.get(link)
    expect([followed.status, followed.headers.get('location')]).toEqual([302, '/'])
    expect((await ada.get('/')).json).toEqual(ACCOUNT)
    const again = await browser().get(link)
    expect(again.headers.get('location')).toBe(usedLink.works ? '/' : '/login')
  })

  it('rejects a link that was made with another secret', async () => {
    const { browser } = moved
    const eve = browser()
    const followed = await eve.get(await oldLink('another secret, which an attacker has made up'))
    expect(followed.headers.get('location')).toBe('/login')
    expect((await eve.get('/')).status).toBe(302)
  })

  it('mails a code without a link, and signs in the user who enters it', async () => {
    const { visitor, post } = send()
    const asked = await post(ask, { [field]: ADA })
    if (name === 'passport-magic-login') expect(asked.status).toBe(202)
    else expect([asked.status, asked.headers.get('location')]).toEqual([303, '/login'])
    const { code, text, html } = await moved.smtp.next()
    expect(text + html).not.toMatch(/https?:|token=/)
    expect((await visitor.get('/')).status).toBe(302)
    await post(enter, { code })
    expect((await visitor.get('/')).json).toEqual(ACCOUNT)
  })

  it('signs in the browser that requested the code, not the one that reads the mail', async () => {
    const laptop = send()
    await laptop.post(ask, { [field]: ADA })
    const { code } = await moved.smtp.next()
    const phone = send()
    await phone.post(enter, { code })
    expect((await phone.visitor.get('/')).status).toBe(302)
    await laptop.post(enter, { code })
    expect((await laptop.visitor.get('/')).status).toBe(200)
  })
})

describe('the queries of the page', () => {
  const [collisions, index, others] = PAGE.blocks
    .filter(({ language }) => language === 'sql')
    .map(({ code }) => code)

  let db: PGlite
  beforeAll(async () => {
    db = await startPglite()
  })
  afterAll(() => db.close())

  /** The database, whose users have these addresses. */
  async function usersWith(...addresses: string[]): Promise<PGlite> {
    await db.exec('DROP TABLE IF EXISTS users; CREATE TABLE users (email text)')
    for (const email of addresses) await db.query('INSERT INTO users VALUES ($1)', [email])
    return db
  }

  it('find the addresses that would become one account, and prevent more of them', async () => {
    const db = await usersWith('Ada@Example.com', ADA, 'Bob@example.com')
    const isTaken = { code: '23505' }
    expect((await db.query(collisions ?? '')).rows).toEqual([{ address: ADA, accounts: 2 }])
    await expect(db.exec(index ?? '')).rejects.toMatchObject(isTaken)
    await db.query('DELETE FROM users WHERE email = $1', [ADA])
    expect((await db.query(collisions ?? '')).rows).toEqual([])
    await db.exec(index ?? '')
    const again = db.query('INSERT INTO users VALUES ($1)', ['BOB@example.com'])
    await expect(again).rejects.toMatchObject(isTaken)
  })

  it('find the addresses that no verify function receives', async () => {
    const strange = ['ada@b\u00fccher.example', ' bob@example.com', 'cem@example.com\u200b']
    const db = await usersWith(
      ADA,
      'Ada@Example.com',
      "o'neill+x@xn--bcher-kva.example",
      ...strange,
    )
    expect((await db.query(others ?? '')).rows).toEqual(strange.map((email) => ({ email })))
    const received = strange.map((email) => parseEmail(email))
    expect(received).toEqual(['ada@xn--bcher-kva.example', 'bob@example.com', 'cem@example.com'])
  })
})

it('the table of the page names options of this package', () => {
  const rows = PAGE.table('Options')
  expect(rows).toHaveLength(13)
  const options = new Document('docs/reference/options.md')
    .table('The strategy')
    .map(({ option }) => bare(option))
  const named = rows.flatMap(({ here = '' }) => [
    ...here.matchAll(/`(\w+(?:Field|Seconds|Callback|Email)|secret|store)`/g),
  ])
  expect(named.length).toBeGreaterThan(6)
  for (const [, option] of named) expect(options).toContain(option)
})
