import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { bare, Document } from '../helpers/documents.js'
import { root } from '../helpers/package.js'

const page = new Document('docs/comparison.md')
const TABLES = ['The code', 'Guessing and sending', 'Browser, account and mail']
const nameOf = (cell = '') => /^\[([^\]]+)\]/.exec(cell)?.[1] ?? cell
const projects = page.table('What they are').map(({ project }) => nameOf(project))
const ours = (table: string) => page.table(table).find(({ project }) => project === projects[0])

describe('the comparison with other projects', () => {
  it.each(TABLES)('has a row of each project under "%s"', (table) => {
    expect(page.table(table).map(({ project }) => project)).toEqual(projects)
  })

  it('says which files of each other project were read', () => {
    const read = page.table('Files that were read').map(({ project }) => project)
    const packages = page
      .table('Other packages for sign-in by mail')
      .map((row) => nameOf(row.package))
    expect(read).toEqual([...projects.slice(1), ...packages])
  })

  it('has the defaults of this package', () => {
    const options = new Document('docs/reference/options.md').table('The strategy')
    const defaultOf = (name: string) =>
      Number(bare(options.find(({ option }) => bare(option) === name)?.default))
    const { code, 'valid for': validFor, 'wrong tries': tries } = ours('The code') ?? {}
    expect(code).toBe(`${defaultOf('digits')} digits; 8 and then 10 after wrong guesses`)
    expect(validFor).toBe(`${defaultOf('ttlSeconds') / 60} minutes`)
    expect(tries).toBe(`${defaultOf('maxAttempts')}`)
    const again = ours('Browser, account and mail')?.['send again']
    expect(again).toBe(`The same code, after ${defaultOf('resendAfterSeconds')} seconds`)
  })

  // Where a version is raised, the cells of its project must be read again.
  it.each([
    ['better-auth', 'What they are'],
    ['passport-magic-link', 'Other packages for sign-in by mail'],
    ['passport-magic-login', 'Other packages for sign-in by mail'],
    ['passwordless', 'Other packages for sign-in by mail'],
  ])('has read the version of %s that the benches compare', (name, table) => {
    const { packages } = JSON.parse(readFileSync(join(root, 'bench/package-lock.json'), 'utf8'))
    const row = page.table(table).find((cells) => nameOf(cells.project ?? cells.package) === name)
    expect(row?.version).toBe(packages[`node_modules/${name}`].version)
  })
})
