import { existsSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { Document } from '../helpers/documents.js'
import { root } from '../helpers/package.js'

const HOSTS = readdirSync(join(root, 'docs/hosts')).map((name) => `docs/hosts/${name}`)
const OPERATIONS = readdirSync(join(root, 'docs/operations')).map(
  (name) => `docs/operations/${name}`,
)
const GUIDES = readdirSync(join(root, 'docs/guides')).map((name) => `docs/guides/${name}`)
const PAGES = [
  ...HOSTS,
  ...OPERATIONS,
  ...GUIDES,
  'docs/add-to-passport-local.md',
  'docs/moving-from-magic-links.md',
]

/** Returns the anchor that GitHub gives a heading. */
function anchor(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\w\- ]/g, '')
    .replaceAll(' ', '-')
}

describe.each(PAGES)('%s', (name) => {
  const page = new Document(name)

  it('has only links to existing targets', () => {
    for (const [, link = ''] of page.text.matchAll(/\]\(([^)]+)\)/g)) {
      if (/^https:/.test(link)) continue
      const [file = '', fragment] = link.split('#')
      const target = file === '' ? name : join(dirname(name), file)
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
  it('has a cause and a remedy in each row', () => {
    for (const row of new Document(name).table("When it doesn't work")) {
      expect(row.cause).not.toBe('')
      expect(row['what to do']).not.toBe('')
    }
  })
})
