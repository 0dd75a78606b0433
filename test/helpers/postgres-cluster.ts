import { execFile, execFileSync } from 'node:child_process'
import { chownSync, existsSync, mkdtempSync, readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

export const run = promisify(execFile)

/** Where the programs of PostgreSQL are. `undefined` without them. */
export const programs = newestPrograms()

/** Neither PostgreSQL nor PgBouncer runs as root; their Debian packages bring a user for them. */
export const owner: { uid?: number; gid?: number } =
  process.getuid?.() === 0 && programs !== undefined ? idsOf('postgres') : {}

/**
 * Creates the files of an empty database. `data` is their folder. They are small, because each server of the tests has a
 * copy: the log has parts of 1 MB in place of 16, and there is no `template0`, which restores damaged templates.
 */
export async function createCluster(data: string): Promise<void> {
  const cluster = ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C']
  await run(program('initdb'), [...cluster, '--no-sync', '--wal-segsize=1'], owner)
  const single = run(program('postgres'), ['--single', '-F', '-D', data, 'postgres'], owner)
  single.child.stdin?.end(
    'UPDATE pg_database SET datistemplate = false WHERE datname = $$template0$$;\nDROP DATABASE template0;\n',
  )
  const { stderr } = await single
  if (stderr.includes('ERROR')) throw new Error(stderr) // It exits with 0 nevertheless.
}

/** A directory that belongs to whom the server runs as. */
export function newDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'postgres-'))
  const { uid, gid } = owner
  if (uid !== undefined && gid !== undefined) chownSync(directory, uid, gid)
  return directory
}

export function program(name: string): string {
  if (programs === undefined) throw new Error('the Debian package postgresql is not installed')
  return join(programs, name)
}

/** Debian keeps the programs of each version out of the PATH. */
function newestPrograms(): string | undefined {
  const root = '/usr/lib/postgresql'
  const versions = existsSync(root) ? readdirSync(root).map(Number) : []
  const places = versions.sort((a, b) => b - a).map((version) => `${root}/${version}/bin`)
  return places.find((place) => existsSync(`${place}/initdb`))
}

function idsOf(user: string) {
  const ask = (flag: string) => Number(execFileSync('id', [flag, user], { encoding: 'utf8' }))
  return { uid: ask('-u'), gid: ask('-g') }
}
