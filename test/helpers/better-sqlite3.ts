import { createHash } from 'node:crypto'
import { mkdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { installBetterSqlite3 } from '../../scripts/install.mjs'
import { INSTALL_LIMIT_MS } from './test-packages.js'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** Installs the driver where it is missing. Where npm has to compile it, that takes a minute. */
export async function installOnce(): Promise<void> {
  const place = createHash('sha256').update(root).digest('hex').slice(0, 16)
  await oneAtATime(join(tmpdir(), `better-sqlite3-${place}.lock`), installBetterSqlite3)
}

/** Test files of several processes install the same package. */
async function oneAtATime(lock: string, act: () => Promise<void>): Promise<void> {
  for (;;) {
    try {
      mkdirSync(lock)
      break
    } catch (err) {
      if ((err as NodeJS.ErrnoException).code !== 'EEXIST') throw err
    }
    const age = Date.now() - (statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now())
    // A run that was broken off has left it behind.
    if (age > INSTALL_LIMIT_MS) rmSync(lock, { recursive: true, force: true })
    await wait(100)
  }
  try {
    await act()
  } finally {
    rmSync(lock, { recursive: true, force: true })
  }
}
