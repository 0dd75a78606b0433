import { describe } from 'vitest'
import { mountSmallDisk, whyNoSmallDisk } from '../../helpers/small-disk.js'
import { type Connection, newFolder, type SQLITE_DRIVERS } from '../../helpers/sqlite.js'
import { ADDRESSES, CHALLENGES, emptied, emptyStore, stopBothClocks } from '../sqlite-store.js'
import type { ListedStore, StoreFault } from './store.js'

const rowsOf = (database: Connection) => async () => {
  const count = (table: string) => `(SELECT count(*) FROM ${table})`
  const row = database.prepare(`SELECT ${count(ADDRESSES)} + ${count(CHALLENGES)} AS sum`).get()
  return Number((row as { sum: unknown }).sum)
}

export const sqlite = ({
  name,
  isMissing,
  load,
}: (typeof SQLITE_DRIVERS)[number]): ListedStore => ({
  name: `SQLite, over ${name}`,
  describe: (title, tests) =>
    isMissing ? describe.skip(`${title} (skipped: ${isMissing})`, tests) : describe(title, tests),
  clock: 'process',
  start: async () => {
    const driver = await load()
    const undo: (() => void)[] = []
    const finished = (act: () => void) => void undo.push(act)
    const empty = async (options: Parameters<typeof emptyStore>[1] = {}) => {
      const made = await emptyStore(driver, { folder: newFolder(finished), ...options })
      finished(() => made.close())
      return { ...made, rows: rowsOf(made.database) }
    }
    /** A new file takes longer than most tests. */
    let one: Awaited<ReturnType<typeof empty>> | undefined
    const fault = (
      name: string,
      enter: (made: Awaited<ReturnType<typeof empty>>) => () => void,
    ): StoreFault => ({
      name,
      prepare: async () => {
        const made = await empty({ lockTimeoutMs: 50 })
        let leave = () => {}
        return {
          store: made.store,
          enter: () => {
            leave = enter(made)
          },
          leave: () => leave(),
        }
      },
    })
    return {
      newStore: () => empty(),
      clocked: async () => {
        const { advance } = stopBothClocks()
        one ??= await empty()
        const { database } = one
        return {
          ...one,
          store: emptied(one),
          advance,
          evict: () => void database.exec(`DELETE FROM ${CHALLENGES}`),
          failWrites: () => void database.exec('PRAGMA query_only = ON'),
          close: () => void database.exec('PRAGMA query_only = OFF'),
        }
      },
      shared: async () => {
        const { store, file } = await empty()
        return { store, connect: 'sqlite', where: { file, driver: driver.name } }
      },
      faults: [
        {
          name: 'on a full disk',
          skipped: whyNoSmallDisk,
          prepare: async () => {
            const folder = newFolder(finished)
            const disk = mountSmallDisk(folder)
            finished(() => disk.unmount())
            const { store } = await empty({ folder })
            return { store, enter: () => disk.fill(), leave: () => disk.free() }
          },
        },
        fault('while another connection has locked the file', ({ file }) => {
          const other = driver.open(file)
          other.exec('BEGIN IMMEDIATE')
          return () => other.close()
        }),
        fault('over a connection that only reads', ({ database }) => {
          database.exec('PRAGMA query_only = ON')
          return () => database.exec('PRAGMA query_only = OFF')
        }),
        fault('inside a transaction of the application', ({ database }) => {
          database.exec('BEGIN')
          return () => database.exec('ROLLBACK')
        }),
        fault('when triggers ignore all changes', ({ database }) => {
          for (const table of [ADDRESSES, CHALLENGES]) {
            database.exec(`CREATE TRIGGER ${table}_ignore BEFORE UPDATE ON ${table}
              BEGIN SELECT RAISE(IGNORE); END`)
          }
          return () => {
            for (const table of [ADDRESSES, CHALLENGES])
              database.exec(`DROP TRIGGER ${table}_ignore`)
          }
        }),
      ],
      stop: async () => {
        for (const act of undo.reverse()) act()
      },
    }
  },
})
