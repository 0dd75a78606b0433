import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { Document } from '../helpers/documents.js'
import { root } from '../helpers/package.js'

const HOSTS = readdirSync(join(root, 'docs/hosts')).map((name) => `docs/hosts/${name}`)

describe.each(HOSTS)('the troubleshooting of %s', (name) => {
  it('has a cause and a remedy in each row', () => {
    for (const row of new Document(name).table("When it doesn't work")) {
      expect(row.cause).not.toBe('')
      expect(row['what to do']).not.toBe('')
    }
  })
})
