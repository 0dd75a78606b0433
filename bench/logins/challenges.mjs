// A place for the codes of the floor: one call to keep one, and one call to take it away.

import { mkdtempSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export async function openChallenges({ store, redisPort, postgresPort }) {
  if (store === 'Redis') {
    const { createClient } = await import('redis')
    const client = await createClient({
      url: `redis://127.0.0.1:${redisPort}`,
      disableClientInfo: true,
    }).connect()
    return {
      keep: (id, code) => client.set(id, code, { EX: 600 }),
      take: (id) => client.getDel(id),
    }
  }
  if (store === 'PostgreSQL') {
    const { default: pg } = await import('pg')
    const pool = new pg.Pool(postgresAt(postgresPort))
    await pool
      .query('CREATE TABLE IF NOT EXISTS floor (id text PRIMARY KEY, code text)')
      .catch(() => {})
    const keep = { name: 'keep', text: 'INSERT INTO floor VALUES ($1, $2)' }
    const take = { name: 'take', text: 'DELETE FROM floor WHERE id = $1 RETURNING code' }
    return {
      keep: (id, code) => pool.query({ ...keep, values: [id, code] }),
      take: async (id) => (await pool.query({ ...take, values: [id] })).rows[0]?.code,
    }
  }
  if (store === 'SQLite') {
    const database = openDatabase()
    database.exec('PRAGMA journal_mode = WAL; CREATE TABLE floor (id text PRIMARY KEY, code text)')
    const insert = database.prepare('INSERT INTO floor VALUES (?, ?)')
    const remove = database.prepare('DELETE FROM floor WHERE id = ? RETURNING code')
    return { keep: (id, code) => insert.run(id, code), take: (id) => remove.get(id)?.code }
  }
  const codes = new Map()
  return {
    keep: (id, code) => codes.set(id, code),
    take(id) {
      const code = codes.get(id)
      codes.delete(id)
      return code
    },
  }
}

export const postgresAt = (port) => ({
  host: '127.0.0.1',
  port,
  user: 'postgres',
  database: 'postgres',
  max: 2,
})

/** A file of its own, which does not wait for the disk: the driver of Node.js where it has one, else better-sqlite3. */
export function openDatabase() {
  const folder = mkdtempSync(join(tmpdir(), 'bench-logins-'))
  process.once('exit', () => rmSync(folder, { recursive: true }))
  const file = join(folder, 'data.db')
  const builtIn = process.getBuiltinModule('node:sqlite')
  const database = builtIn
    ? new builtIn.DatabaseSync(file)
    : createRequire(import.meta.url)('better-sqlite3')(file)
  database.exec('PRAGMA synchronous = OFF')
  return database
}
