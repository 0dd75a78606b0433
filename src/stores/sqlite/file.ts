import { statSync } from 'node:fs'
import { type SqliteDatabase, textIn } from './database.js'

/**
 * The file of a connection. SQLite keeps the file open that it has opened. If an operator replaces or deletes it, for
 * instance to restore a backup, this process would go on counting in a file that no other process sees.
 */
export class DatabaseFile {
  /** Empty for a database in memory. */
  readonly path: string
  readonly #identity: string | undefined

  /** @throws TypeError for another kind of connection, and the driver's error for a closed one */
  constructor(database: SqliteDatabase) {
    const sql = "SELECT file FROM pragma_database_list WHERE name = 'main'"
    this.path = textIn(database.prepare(sql).get(), 'file')
    this.#identity = identityOf(this.path)
  }

  isReplaced(): boolean {
    return this.#identity !== undefined && identityOf(this.path) !== this.#identity
  }

  /** @throws Error if the file was replaced or deleted */
  expectInPlace(): void {
    if (!this.isReplaced()) return
    throw new Error(`SqliteStore: ${this.path} was replaced or deleted. Open it again`)
  }
}

function identityOf(path: string): string | undefined {
  if (path === '') return undefined
  const stats = statSync(path, { bigint: true, throwIfNoEntry: false })
  return stats === undefined ? 'missing' : `${stats.dev}:${stats.ino}`
}
