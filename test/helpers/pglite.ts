import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { PGlite } from '@electric-sql/pglite'

const modules = fileURLToPath(new URL('../../node_modules', import.meta.url))
const { version } = JSON.parse(
  readFileSync(join(modules, '@electric-sql/pglite/package.json'), 'utf8'),
)
/** The files of an empty database of this version. They stay for later runs, and `npm ci` removes them. */
const EMPTY = join(modules, '.cache/passport-email-otp', `pglite-${version}.tar`)

/** Starts a PGlite of its own in this process, with an empty database. */
export async function startPglite(): Promise<PGlite> {
  await createEmptyPglite() // The mutation run has no global setup.
  return PGlite.create({ loadDataDir: new Blob([readFileSync(EMPTY)]) })
}

/**
 * Creates the files that every PGlite of the tests loads, unless an earlier run has. To load them takes a fifth of the
 * time.
 */
export async function createEmptyPglite(): Promise<void> {
  if (existsSync(EMPTY)) return
  const db = await PGlite.create()
  const files = await db.dumpDataDir('none')
  await db.close()
  mkdirSync(dirname(EMPTY), { recursive: true })
  // Other processes see a whole file or none.
  const unfinished = `${EMPTY}.${process.pid}`
  writeFileSync(unfinished, new Uint8Array(await files.arrayBuffer()))
  renameSync(unfinished, EMPTY)
}
