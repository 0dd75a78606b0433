import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { HELP } from '../../src/cli/help.js'
import { allPages, bare, Document } from '../helpers/documents.js'
import { root } from '../helpers/package.js'

const NAMES = ['README.md', 'SECURITY.md', 'CONTRIBUTING.md', 'CHANGELOG.md', ...allPages()]
const readme = new Document('README.md')
/** A page of the documentation that an error, the command line or a comment names. */
const NAMED_PAGE = /\b(?:docs\/[\w/-]+|SECURITY)\.md(?:#[\w-]+)?/g

/** As GitHub makes an anchor of a heading. */
function anchor(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\w\- ]/g, '')
    .replaceAll(' ', '-')
}

describe.each(NAMES)('%s', (name) => {
  const document = new Document(name)
  const links = [...document.text.matchAll(/\]\(([^)]+)\)/g)].map(([, target = '']) => target)

  it('has links that lead somewhere', () => {
    for (const link of links.filter((target) => !/^https:/.test(target))) {
      const [target = '', fragment] = link.split('#')
      const file = target === '' ? name : join(dirname(name), target)
      expect(existsSync(join(root, file)), link).toBe(true)
      if (fragment === undefined) continue
      const anchors = new Document(file).headings.map(anchor)
      expect(anchors, link).toContain(fragment)
    }
  })

  it('has only rows that are as long as their table, with a cause and a remedy in each', () => {
    for (const [table] of document.text.matchAll(/(^\|.*\n)+/gm)) {
      const [head = [], ...rows] = table
        .trim()
        .split('\n')
        .map((row) => row.split('|').map((cell) => cell.trim()))
      expect(new Set([head, ...rows].map(({ length }) => length)).size, table).toBe(1)
      // Not every answer that surprises has a remedy.
      const needed = name.startsWith('docs/hosts/') ? ['cause', 'what to do'] : ['cause']
      for (const column of needed.map((title) => head.indexOf(title))) {
        expect(rows.map((row) => row[column])).not.toContain('')
      }
    }
  })
})

describe('the README', () => {
  it('has the commands and the program in the order of use', () => {
    const order = [
      'npm start',
      'npm test',
      'npm install passport-email-otp passport express express-session',
      'app.listen(',
    ]
    const places = order.map((text) => readme.text.indexOf(text))
    expect(places).not.toContain(-1)
    expect(places).toEqual(places.toSorted((a, b) => a - b))
  })

  it('has a small picture, described for those who do not see it', () => {
    const [, alt, file = ''] = /^!\[(.+)\]\((.+\.png)\)$/m.exec(readme.text) ?? []
    expect(alt).toBeTruthy()
    expect(statSync(join(root, file)).size).toBeLessThan(150_000)
  })

  it('has a program that is read at a glance', () => {
    const program = readme.blocks.find(({ code }) => code.includes('app.listen('))?.code ?? ''
    expect(program.split('\n').filter((line) => line.trim() !== '').length).toBeLessThan(40)
    expect(Math.max(...program.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100)
  })
})

describe('the commands', () => {
  const { scripts, engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))

  // The pages of hosts run commands of the reader's project.
  it.each(NAMES.filter((name) => !name.startsWith('docs/hosts/')))('of %s are there', (name) => {
    const { text } = new Document(name)
    for (const [, script = ''] of text.matchAll(/npm run ([\w:]+)/g)) {
      expect(Object.keys(scripts)).toContain(script)
    }
  })

  it('run on the Node.js that package.json asks for', () => {
    expect(readme.text).toContain(engines.node.replace('>=', ''))
  })

  it('of the example app know the variables that its page lists', () => {
    const rows = new Document('docs/guides/example-app.md').table('Run the example app')
    const source = readFileSync(join(root, 'example-app/config.ts'), 'utf8')
    const documented = rows.map(({ variable }) => bare(variable))
    const read = [...source.matchAll(/env\('(\w+)'\)/g)].map(([, variable = '']) => variable)
    expect(documented.sort()).toEqual([...new Set(read)].sort())
  })
})

describe('the source', () => {
  const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  const named = files
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) => readFileSync(join(root, 'src', file), 'utf8').match(NAMED_PAGE) ?? [])

  it.each([...new Set(named)])('names the page %s, which exists', (target) => {
    const [page = '', fragment] = target.split('#')
    const anchors = new Document(page).headings.map(anchor)
    if (fragment !== undefined) expect(anchors).toContain(fragment)
  })

  it('names a page in the help of the command line', () => {
    expect(HELP).toMatch(NAMED_PAGE)
  })
})
