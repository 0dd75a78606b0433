import { join } from 'node:path'
import { SqliteStore } from 'passport-email-otp/sqlite'
import { describe, expect, test, vi } from 'vitest'
import { runDocumented } from '../helpers/documented-program.js'
import { Document } from '../helpers/documents.js'
import { linkPackage, makeProject, root, typeCheck } from '../helpers/package.js'
import { type Connection, newFolder, SQLITE_DRIVERS } from '../helpers/sqlite.js'
import { INSTALL_LIMIT_MS, testPackages } from '../helpers/test-packages.js'
import { verbs } from './contract/verbs.js'
import { emptyStore } from './sqlite-store.js'

vi.setConfig({ testTimeout: 120_000, hookTimeout: INSTALL_LIMIT_MS })

const PAGE = 'docs/stores/sqlite.md'
const page = new Document(PAGE)
const HEADINGS = {
  'better-sqlite3': 'With better-sqlite3',
  'node:sqlite': 'With the SQLite of Node.js',
} as const

describe('the programs of the page on SQLite', () => {
  for (const { name, isMissing, load } of SQLITE_DRIVERS) {
    test.skipIf(isMissing)(`with ${name} keeps a code over a restart`, async () => {
      await load()
      const file = join(newFolder(), 'data.db')
      /** Runs the program as a process that starts does. */
      const start = async () => {
        const made = await runDocumented({
          document: PAGE,
          heading: HEADINGS[name],
          returns: ['database', 'sqliteStore'],
          env: { SQLITE_FILE: file },
          folder: join(root, 'example-app/better-sqlite3'),
        })
        return made as { database: Connection; sqliteStore: SqliteStore }
      }
      const first = await start()
      await verbs({ store: first.sqliteStore, advance: () => {} }).open('first')
      first.database.close()
      const second = await start()
      expect(await second.sqliteStore.check()).toEqual([])
      const { verify } = verbs({ store: second.sqliteStore, advance: () => {} })
      expect(await verify('first')).toEqual({ outcome: 'accepted', failures: 0 })
      second.database.close()
    })
  }

  test('compile with the types of both drivers', async () => {
    const from = await testPackages('sqlite-types')
    const programs = page.blocks.filter(({ language }) => language === 'ts')
    expect(programs).toHaveLength(2)
    const files = programs.map(({ code }, i) => [`program-${i}.ts`, code])
    const project = await makeProject({ files: Object.fromEntries(files), from })
    linkPackage(project, '@types/better-sqlite3', { from })
    expect(await typeCheck(project, { module: 'nodenext', skipLibCheck: true })).toBe('')
  })
})

describe('the backup on the page', () => {
  test('has all codes of a file that is in use', async () => {
    const driver = await SQLITE_DRIVERS[0].load()
    const used = await emptyStore(driver)
    await verbs({ ...used, advance: () => {} }).open('first')
    used.database.exec(`VACUUM INTO '${used.file}-backup'`)
    const database = driver.open(`${used.file}-backup`)
    const copy = new SqliteStore({ database })
    await copy.migrate()
    const { verify } = verbs({ store: copy, advance: () => {} })
    expect(await verify('first')).toEqual({ outcome: 'accepted', failures: 0 })
    expect(await copy.check()).toEqual([])
    database.close()
    used.close()
  })
})
