import { expect, it } from 'vitest'
import { Document } from '../helpers/documents.js'
import { TAGS } from './list.js'

it('the guide and the page for translators name each language', () => {
  const { text } = new Document('docs/guides/languages.md')
  expect(TAGS.filter((tag) => !text.includes(`\`${tag}\``))).toEqual([])
  const rows = new Document('docs/internals/translating.md').table('Read it back')
  expect(rows.map(({ language }) => language?.replaceAll('`', '')).sort()).toEqual(TAGS)
})
