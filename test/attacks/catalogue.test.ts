import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { expect, it } from 'vitest'
import { ATTACKS, ON_EVERY_STORE, ON_SERVERS } from './catalogue.js'

const tests = join(import.meta.dirname, '..')
const texts = readdirSync(tests, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts') && path !== relative(tests, import.meta.filename))
  .map((path) => readFileSync(join(tests, path), 'utf8'))

/** A test's title begins with the ids of what it tries: `it('LOG-01, LOG-02: …'`, or a line of its own. */
const TITLE =
  /^ *(?:it\(|test\(|describe\(|\]\)\(|it\.each\(.*\)\()?'((?:[A-Z]{3,4}-\d{2}(?:, )?)+): /gm

function idsIn(text: string): Set<string> {
  return new Set([...text.matchAll(TITLE)].flatMap(([, ids = '']) => ids.split(', ')))
}

/** What stands in the blocks of a function that begin at the left margin. A long list of parameters ends there too. */
function blocksOf(text: string, opening: RegExp): string {
  const blocks = text.split(/^(?=[^\s)])/m).filter((block) => opening.test(block))
  return blocks.join('\n')
}

it('each attack has its sentence and a test that begins with its id', () => {
  const ids = Object.keys(ATTACKS)
  expect(ids).toHaveLength(112)
  for (const id of ids) expect(ATTACKS[id]?.split(/\s+/).length, id).toBeGreaterThan(5)
  const named = idsIn(texts.join('\n'))
  expect(ids.filter((id) => !named.has(id))).toEqual([])
})

it('each id in a title stands in the catalogue', () => {
  expect([...idsIn(texts.join('\n'))].filter((id) => !(id in ATTACKS))).toEqual([])
})

it('each attack that the store must withstand is tried on every store', () => {
  const named = idsIn(texts.map((text) => blocksOf(text, /^eachStore\(/)).join('\n'))
  expect(ON_EVERY_STORE.filter((id) => !named.has(id))).toEqual([])
})

it('each attack on servers is tried on servers', () => {
  const ofServers =
    /^(eachStore|describeWithRedis|describeWithPostgres|export function behavesAsOneProcess)\(/
  const named = idsIn(texts.map((text) => blocksOf(text, ofServers)).join('\n'))
  expect(ON_SERVERS.filter((id) => !named.has(id))).toEqual([])
})
