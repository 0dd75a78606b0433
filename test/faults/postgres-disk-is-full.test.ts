import { chownSync, mkdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { PostgresStore } from 'passport-email-otp/postgres'
import type pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  describeWithPostgres,
  newDirectory,
  type PostgresServer,
  startPostgres,
} from '../helpers/postgres-server.js'
import { mountSmallDisk, whyNoSmallDisk } from '../helpers/small-disk.js'
import { KNOWN_BROWSER, TEN_DIGITS, verbs } from '../stores/contract/verbs.js'
import { emptyStore } from '../stores/postgres-store.js'

const DISK_FULL = '53100'

if (whyNoSmallDisk) console.warn(`Skipped: "a PostgreSQL whose disk is full" ${whyNoSmallDisk}`)

describeWithPostgres('PostgresStore on', () => {
  describe.skipIf(whyNoSmallDisk)('a PostgreSQL whose disk is full', () => {
    let server: PostgresServer
    let pool: pg.Pool
    let schema: string
    let disk: ReturnType<typeof mountSmallDisk> | undefined
    beforeAll(async () => {
      // Autovacuum would free rows in the meantime.
      server = await startPostgres('autovacuum=off')
      pool = server.pool()
      schema = (await emptyStore(pool)).schema
      const folder = newDirectory()
      disk = mountSmallDisk(folder)
      const place = join(folder, 'space')
      mkdirSync(place)
      const { uid, gid } = statSync(server.directory)
      chownSync(place, uid, gid)
      await pool.query(`CREATE TABLESPACE small LOCATION '${place}'`)
      for (const table of ['addresses', 'challenges']) {
        await pool.query(`ALTER TABLE ${schema}.${table} SET TABLESPACE small`)
      }
    })
    afterAll(async () => {
      await server?.stop()
      disk?.unmount()
    })

    test('accepts no right code where wrong ones are not counted', async () => {
      const store = new PostgresStore({ pool, schema })
      const { open, guess, verify } = verbs({ store, advance: () => {} })
      const addresses = Array.from({ length: 60 }, (_, i) => `address ${i}`)
      for (const address of addresses) {
        // No send is refunded, because the attempts name another budget.
        const rules = { address, budget: KNOWN_BROWSER, attempts: 1e6 }
        await open('first', rules)
        await open('second', rules)
      }
      // No row can be cleared, because this transaction might still read it.
      const reader = server.pool({ max: 1, idleTimeoutMillis: 0 })
      await reader.query('BEGIN ISOLATION LEVEL REPEATABLE READ')
      await reader.query(`SELECT count(*) FROM ${schema}.addresses`)
      disk?.fill()

      const rules = { failuresBelow: TEN_DIGITS }
      /** Whether a wrong guess is counted. */
      const isCounted = async (challenge: string, address: string) => {
        const guessed = await guess(challenge, { address, ...rules }).catch((err) => err)
        if (guessed.outcome === 'wrong') return true
        expect(guessed.code).toBe(DISK_FULL)
        return false
      }
      const isAccepted = async (address: string) => {
        const verified = await verify('first', { address, ...rules }).catch((err) => err)
        if (verified.outcome === 'accepted') return true
        expect(verified.code).toBe(DISK_FULL)
        return false
      }
      const seen = { counted: 0, rejected: 0, accepted: 0 }
      for (const address of addresses) {
        if (seen.rejected >= 60) break
        for (let uncounted = 0, i = 0; i < 60 && uncounted < 20; i += 1) {
          if (await isCounted('first', address)) {
            seen.counted += 1
            uncounted = 0
            continue
          }
          uncounted += 1
          // The server clears rows of failed transactions now and then. Until ten guesses in a row have failed,
          // the next one may succeed, whether it is wrong or right.
          if (uncounted < 10) continue
          if (!(await isAccepted(address))) {
            seen.rejected += 1
            continue
          }
          seen.accepted += 1
          expect(await isCounted('second', address)).toBe(true)
          break
        }
      }
      expect(seen.counted).toBeGreaterThan(50)
      expect(seen.rejected).toBeGreaterThan(50)
      expect(seen.accepted).toBeLessThan(seen.rejected / 10)

      await reader.query('COMMIT')
      disk?.free()
      for (const address of addresses) {
        expect(await isCounted('second', address)).toBe(true)
        expect(await verify('second', { address, ...rules })).toMatchObject({ outcome: 'accepted' })
      }
    })
  })
})
