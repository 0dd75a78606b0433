import { expect, it } from 'vitest'
import { Document } from '../helpers/documents.js'
import { TAGS } from './list.js'

it('the guide and the page for translators name each language', () => {
  const guide = new Document('docs/guides/languages.md').flat
  const [, listed = ''] = /There are: (.*?)\. \[How/.exec(guide) ?? []
  expect([...listed.matchAll(/`([^`]+)`/g)].map(([, tag]) => tag)).toEqual(TAGS)
  const rows = new Document('docs/internals/translating.md').table('Read it back')
  expect(rows.map(({ language }) => language?.replaceAll('`', '')).sort()).toEqual(TAGS)
})
