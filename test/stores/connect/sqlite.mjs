import { createRequire } from 'node:module'

const require = createRequire(new URL('../../../example-app/better-sqlite3/', import.meta.url))

export async function connect(dist, { file, driver }) {
  const { SqliteStore } = await import(`${dist}/stores/sqlite.js`)
  const Database = driver === 'node:sqlite' ? (await import(driver)).DatabaseSync : require(driver)
  return new SqliteStore({ database: new Database(file) })
}
