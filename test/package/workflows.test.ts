import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { Document } from '../helpers/documents.js'
import { root } from '../helpers/package.js'

const folder = join(root, '.github/workflows')
const text = (name: string) => readFileSync(join(folder, name), 'utf8')

describe.each(readdirSync(folder))('the workflow %s', (name) => {
  const workflow = text(name)
  const used = [...workflow.matchAll(/uses: (.*)/g)].map(([, action = '']) => action)

  it('pins each action to a commit, because its author can move a tag', () => {
    expect(used).not.toEqual([])
    for (const action of used) {
      expect(action).toMatch(/^(\.\/.*\.yml|[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+)$/)
    }
  })

  it('has read permission only, and keeps no credentials', () => {
    expect(workflow).toMatch(/^permissions:\n {2}contents: read\n\n/m)
    const checkouts = workflow.match(/uses: actions\/checkout@.*\n\s+with:\n.*\n/g) ?? []
    expect(checkouts).toHaveLength(workflow.split('actions/checkout@').length - 1)
    for (const checkout of checkouts) expect(checkout).toContain('persist-credentials: false')
    expect(workflow).not.toMatch(/: write(?! # signs the provenance statement)/)
  })
})

it('CI tests each Node.js version from the oldest one that package.json allows', () => {
  const { engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const [, oldest] = /^>=(\d+)/.exec(engines.node) ?? []
  const [, matrix = ''] = /node: \[(.*)\]/.exec(text('ci.yml')) ?? []
  expect(matrix.split(', ')).toEqual([oldest, '22', '24', '26'])
})

it.each([
  ['the workflow', [...text('release.yml').matchAll(/ run: (.*)/g)].map(([, line = '']) => line)],
  [
    'docs/internals/releasing.md',
    new Document('docs/internals/releasing.md').text.split(/\n| && /).map((line) => line.trim()),
  ],
])('%s builds before npm publish, which warns of a missing command otherwise', (_where, lines) => {
  const publish = lines.findIndex((line) => line.startsWith('npm publish'))
  expect(publish).toBeGreaterThan(0)
  expect(lines.slice(0, publish)).toContain('npm run build')
})

it('the release is checked first, then tested, then published with provenance', () => {
  const release = text('release.yml')
  expect(release).toContain('npm publish --provenance')
  expect(release).toMatch(/publish:\n {4}needs: test\n/)
  expect(release).toMatch(/test:\n {4}needs: check\n {4}uses: \.\/\.github\/workflows\/ci\.yml\n/)
  const [, check = ''] = /\n {2}check:\n(.*?)\n {2}test:\n/s.exec(release) ?? []
  expect(check).toContain('run: npm run release:check')
  expect(check).not.toContain('needs:')
})
