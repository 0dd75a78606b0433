import { copyFileSync, renameSync, rmSync } from 'node:fs'
import { expect, test } from 'vitest'
import { itOnUnix } from '../helpers/on-unix.js'
import { describeWithSqlite } from '../helpers/sqlite.js'
import { openAgain, openStore } from '../stores/sqlite-store.js'

// The store's own error has the path of the file, unlike those of SQLite.
describeWithSqlite('SqliteStore whose file', (driver) => {
  const setUp = () => openStore(driver())

  itOnUnix(
    'is replaced by a backup rejects until it is opened again, and the backup knows no later code',
    async () => {
      const { file, database, store, open, guess, verify } = await setUp()
      await open('before')
      database.exec('PRAGMA wal_checkpoint(TRUNCATE)')
      copyFileSync(file, `${file}-backup`)
      await open('after')
      await guess('after')
      rmSync(`${file}-wal`)
      rmSync(`${file}-shm`)
      renameSync(`${file}-backup`, file)

      for (const enter of [guess, verify]) {
        await expect(enter('after')).rejects.toThrow(file)
        await expect(enter('never was')).rejects.toThrow(file)
      }
      await expect(open('new')).rejects.toThrow(file)
      expect(await store.check()).toEqual([expect.stringContaining(file)])

      const next = openAgain(driver(), file)
      expect(await next.verify('after')).toEqual({ outcome: 'unknown' })
      expect(await next.verify('before')).toEqual({ outcome: 'accepted', failures: 0 })
    },
  )

  itOnUnix('is deleted rejects, so that two processes never count in two files', async () => {
    const { file, store, open, guess } = await setUp()
    await open('first')
    rmSync(file)
    await expect(guess('first')).rejects.toThrow(file)
    expect(await store.check()).toEqual([expect.stringContaining(file)])
  })

  itOnUnix(
    'is moved to another directory rejects, because other processes no longer find it',
    async () => {
      const { file, open, guess } = await setUp()
      await open('first')
      renameSync(file, `${file}-moved`)
      await expect(guess('first')).rejects.toThrow(file)
      renameSync(`${file}-moved`, file)
      expect(await guess('first')).toMatchObject({ outcome: 'wrong', failures: 1 })
    },
  )

  test('is in memory needs no file', async () => {
    const { store, open, verify } = openAgain(driver(), ':memory:')
    await store.migrate()
    await open('first')
    expect(await verify('first')).toEqual({ outcome: 'accepted', failures: 0 })
    expect(await store.check()).toEqual([])
  })
})
