import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { Document } from '../helpers/documents.js'
import { root } from '../helpers/package.js'

const rows = new Document('SECURITY.md').table('Standards')
const OTHERS = ['not met', "the application's job"]

/** The lines that a reader looks for. Others may be listed beside them. */
const LINES = [
  ...['6.3.5', '6.3.6', '6.3.7', '6.3.8'],
  ...['6.5.1', '6.5.2', '6.5.3', '6.5.4', '6.5.5', '6.5.6', '6.6.1', '6.6.2', '6.6.3'],
  ...['5.1.3.1', '3.1.3.1', '5.1.3.2', '3.1.3.2', '5.2.2', '3.2.2'],
]

describe('the lines of standards in SECURITY.md', () => {
  it.each(LINES)('have %s among them', (line) => {
    const found = rows.filter((row) => row.line?.split(/[ ,]+/).includes(line))
    expect(found).toHaveLength(1)
  })

  it.each(rows.map((row) => [row.line, row['shown by'] ?? '']))(
    'name existing tests for %s, or say whose job it is',
    (_line, shownBy) => {
      if (OTHERS.includes(shownBy)) return
      const files = shownBy.split(', ').map((cell) => /^`(test\/.*\.test\.ts)`$/.exec(cell)?.[1])
      for (const file of files) expect(existsSync(join(root, file ?? 'none')), shownBy).toBe(true)
    },
  )

  it('do not claim that e-mail is a factor', () => {
    for (const line of ['6.3.6', '5.1.3.1']) {
      expect(rows.find((row) => row.line?.includes(line))?.['shown by']).toBe('not met')
    }
  })
})
