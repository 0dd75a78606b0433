import { copyFileSync, renameSync, rmSync } from 'node:fs'
import { SqliteStore } from 'passport-email-otp/sqlite'
import { expect, onTestFinished, test } from 'vitest'
import { describeWithSqlite } from '../helpers/sqlite.js'
import { verbs } from '../stores/contract/verbs.js'
import { emptyStore } from '../stores/sqlite-store.js'

describeWithSqlite('SqliteStore whose file', (driver) => {
  async function setUp() {
    const made = await emptyStore(driver())
    onTestFinished(made.close)
    return { ...made, ...verbs({ store: made.store, advance: () => {} }) }
  }
  const reopened = (file: string) => {
    const database = driver().open(file)
    onTestFinished(() => database.close())
    return new SqliteStore({ database })
  }
  const REPLACED = /was replaced or deleted: restart the processes that use it\.$/

  test('is replaced by a backup rejects until it is opened again, and the backup knows no later code', async () => {
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
      await expect(enter('after')).rejects.toThrow(/was replaced or deleted/)
      await expect(enter('never was')).rejects.toThrow(/was replaced or deleted/)
    }
    await expect(open('new')).rejects.toThrow(/was replaced or deleted/)
    expect(await store.check()).toEqual([expect.stringMatching(REPLACED)])

    const next = verbs({ store: reopened(file), advance: () => {} })
    expect(await next.verify('after')).toEqual({ outcome: 'unknown' })
    expect(await next.verify('before')).toEqual({ outcome: 'accepted', failures: 0 })
  })

  test('is deleted rejects, so that two processes never count in two files', async () => {
    const { file, store, open, guess } = await setUp()
    await open('first')
    rmSync(file)
    await expect(guess('first')).rejects.toThrow(/was replaced or deleted/)
    expect(await store.check()).toEqual([expect.stringMatching(REPLACED)])
  })

  test('is moved to another directory rejects, because other processes no longer find it', async () => {
    const { file, open, guess } = await setUp()
    await open('first')
    renameSync(file, `${file}-moved`)
    await expect(guess('first')).rejects.toThrow(/was replaced or deleted/)
    renameSync(`${file}-moved`, file)
    expect(await guess('first')).toMatchObject({ outcome: 'wrong', failures: 1 })
  })

  test('is in memory needs no file', async () => {
    const database = driver().open(':memory:')
    onTestFinished(() => database.close())
    const store = new SqliteStore({ database })
    await store.migrate()
    const { open, verify } = verbs({ store, advance: () => {} })
    await open('first')
    expect(await verify('first')).toEqual({ outcome: 'accepted', failures: 0 })
    expect(await store.check()).toEqual([])
  })
})
