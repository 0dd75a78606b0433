import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { root } from '../helpers/package.js'

/** As CONTRIBUTING.md has it. */
const MOST_LINES = 200

it('no file of src/ is longer than 200 lines', () => {
  const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  const sources = files.filter((file) => file.endsWith('.ts'))
  expect(sources.length).toBeGreaterThan(100)
  const tooLong = sources.filter((file) => {
    const text = readFileSync(join(root, 'src', file), 'utf8')
    return text.trimEnd().split('\n').length > MOST_LINES
  })
  expect(tooLong).toEqual([])
})
