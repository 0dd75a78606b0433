import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Catalogue } from 'passport-email-otp'
import { root } from '../helpers/package.js'

const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))

/** The tags of all catalogues. The files of src/languages/ that applications cannot import are none. */
export const TAGS: readonly string[] = readdirSync(join(root, 'src/languages'))
  .map((file) => file.replace('.ts', ''))
  .filter((name) => exports[`./languages/${name}`] !== null)
  .sort()

export const CATALOGUES: readonly Catalogue[] = await Promise.all(
  TAGS.map(async (tag) => (await import(`../../src/languages/${tag}.ts`)).default),
)
