import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { bare, Document } from '../helpers/documents.js'
import { root } from '../helpers/package.js'

const HOSTS = readdirSync(join(root, 'docs/hosts')).map((name) => `docs/hosts/${name}`)
const PAGES = [...HOSTS, 'docs/add-to-passport-local.md', 'docs/moving-from-magic-links.md']

/** Returns the anchor that GitHub gives a heading. */
function anchor(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\w\- ]/g, '')
    .replaceAll(' ', '-')
}

/** The source file of each message that the troubleshooting tables quote. */
const QUOTED: Record<string, string> = {
  '.keys required for signed cookies': 'cookies/index.js',
  '.keys required.': 'cookie-session/index.js',
  'Failed to serialize user into session': 'passport/lib/authenticator.js',
  'Login sessions require session support': 'passport/lib/sessionmanager.js',
  'Unknown authentication strategy "email-otp"': 'passport/lib/middleware/authenticate.js',
  'passport.initialize() plugin not in use': '@fastify/passport/dist/authentication-route.js',
  'the secret must have length 32 or greater': '@fastify/session/index.js',
  'req.body is undefined': '../src/http/body.ts',
  'req.session is missing': '../src/http/session.ts',
  'req.session.regenerate is missing': '../src/http/session.ts',
}

describe.each(PAGES)('%s', (name) => {
  const page = new Document(name)

  it('has only links to existing targets', () => {
    for (const [, link = ''] of page.text.matchAll(/\]\(([^)]+)\)/g)) {
      if (/^https:/.test(link)) continue
      const [file = '', fragment] = link.split('#')
      const target = join(dirname(name), file)
      expect(existsSync(join(root, target)), link).toBe(true)
      if (fragment === undefined) continue
      expect(new Document(target).headings.map(anchor), link).toContain(fragment)
    }
  })

  it('has the same number of cells in all rows of a table', () => {
    for (const [table] of page.text.matchAll(/(^\|.*\n)+/gm)) {
      const widths = table
        .trim()
        .split('\n')
        .map((row) => row.split('|').length)
      expect(new Set(widths).size, table).toBe(1)
    }
  })

  it('has lines of at most 120 characters', () => {
    const prose = page.text.replace(/^```.*?^```$/gms, '').replace(/^\|.*$/gm, '')
    for (const line of prose.split('\n')) expect(line.length, line).toBeLessThanOrEqual(120)
  })
})

describe.each(HOSTS)('the troubleshooting of %s', (name) => {
  const rows = new Document(name).table("When it doesn't work")

  it('has a cause and a remedy in each row', () => {
    for (const row of rows) {
      expect(row.cause).not.toBe('')
      expect(row['what to do']).not.toBe('')
    }
  })

  it('quotes messages exactly', () => {
    // A cell that only contains code is one message, or several.
    const messages = rows
      .map((row) => row['what you see']?.split(', ') ?? [])
      .filter((parts) => parts.every((part) => /^`[^`]+`$/.test(part)))
      .flatMap((parts) => parts.map(bare))
    expect(messages.length).toBeGreaterThan(0)
    for (const text of messages) {
      expect(Object.keys(QUOTED)).toContain(text)
      const source = readFileSync(join(root, 'node_modules', QUOTED[text] ?? ''), 'utf8')
      // The text in quotes is inserted at run time.
      const [constant = ''] = text.split(' "')
      expect(source, text).toContain(constant)
    }
  })
})
