import { createRequire } from 'node:module'

const require = createRequire(new URL('../../../example-app/better-sqlite3/', import.meta.url))

/** `dieAt: 2` kills this process in the middle of a call, after its second change of a row. */
export async function connect(dist, { file, driver, dieAt }) {
  const { SqliteStore } = await import(`${dist}/stores/sqlite.js`)
  const Database = driver === 'node:sqlite' ? (await import(driver)).DatabaseSync : require(driver)
  const database = new Database(file)
  if (dieAt !== undefined) dieAtChange(database, dieAt)
  return new SqliteStore({ database })
}

function dieAtChange(database, dieAt) {
  let changes = 0
  database.function('count_change', () => {
    changes += 1
    if (changes === dieAt) process.kill(process.pid, 'SIGKILL')
    return null
  })
  for (const table of ['addresses', 'challenges']) {
    for (const change of ['INSERT', 'UPDATE', 'DELETE']) {
      database.exec(`CREATE TEMP TRIGGER ${table}_${change} AFTER ${change}
        ON main.passport_email_otp_${table} BEGIN SELECT count_change(); END`)
    }
  }
}
