import { mkdtempSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SqliteDatabase } from 'passport-email-otp/sqlite'
import { beforeAll, describe, onTestFinished } from 'vitest'
import { installOnce } from './better-sqlite3.js'
import { root } from './package.js'
import { INSTALL_LIMIT_MS } from './test-packages.js'

export interface OpenOptions {
  readonly readOnly?: boolean
  /** How long SQLite itself waits for a lock, in milliseconds. */
  readonly timeoutMs?: number
}

export interface Connection extends SqliteDatabase {
  close(): void
  /** Makes a function callable in SQL. */
  function(name: string, run: (...values: never[]) => unknown): unknown
}

export interface SqliteDriver {
  readonly name: 'better-sqlite3' | 'node:sqlite'
  /** Opens a file, or a database in memory for `:memory:`. */
  open(file: string, options?: OpenOptions): Connection
}

interface BetterSqlite3 {
  new (file: string, options: { readonly?: boolean; timeout?: number }): Connection
}
interface NodeSqlite {
  DatabaseSync: new (file: string, options: { readOnly?: boolean; timeout?: number }) => Connection
}

const BETTER_SQLITE3 = join(root, 'example-app/better-sqlite3')
const nodeSqlite = process.getBuiltinModule('node:sqlite') as NodeSqlite | undefined

/** Both drivers, why one is missing, and a way to load it. */
export const SQLITE_DRIVERS = [
  { name: 'better-sqlite3', isMissing: undefined, load: loadBetterSqlite3 },
  {
    name: 'node:sqlite',
    isMissing: nodeSqlite === undefined ? 'this Node.js has no node:sqlite' : undefined,
    load: async (): Promise<SqliteDriver> => ({
      name: 'node:sqlite',
      open: (file, { readOnly = false, timeoutMs = 0 } = {}) => {
        if (nodeSqlite === undefined) throw new Error('this Node.js has no node:sqlite')
        return new nodeSqlite.DatabaseSync(file, { readOnly, timeout: timeoutMs })
      },
    }),
  },
] as const

/** Declares tests once for each driver. */
export function describeWithSqlite(
  name: string,
  tests: (driver: () => SqliteDriver) => void,
): void {
  for (const { name: driver, isMissing, load } of SQLITE_DRIVERS) {
    const declare = isMissing === undefined ? describe : describe.skip
    declare(`${driver}: ${name}${isMissing ? ` (skipped: ${isMissing})` : ''}`, () => {
      let loaded: SqliteDriver | undefined
      beforeAll(async () => {
        loaded = await load()
      }, INSTALL_LIMIT_MS)
      tests(() => {
        if (loaded === undefined) throw new Error(`${driver} was not loaded`)
        return loaded
      })
    })
  }
}

async function loadBetterSqlite3(): Promise<SqliteDriver> {
  await installOnce()
  const Database: BetterSqlite3 = createRequire(join(BETTER_SQLITE3, 'package.json'))(
    'better-sqlite3',
  )
  return {
    name: 'better-sqlite3',
    open: (file, { readOnly = false, timeoutMs = 0 } = {}) =>
      new Database(file, { readonly: readOnly, timeout: timeoutMs }),
  }
}

/** A folder that is deleted when the test, or the tests of the file, have finished. */
export function newFolder(finished: (undo: () => void) => void = onTestFinished): string {
  const folder = mkdtempSync(join(tmpdir(), 'sqlite-'))
  finished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}
