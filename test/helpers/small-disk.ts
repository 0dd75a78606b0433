import { execFileSync } from 'node:child_process'
import { closeSync, ftruncateSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Mounts a file system of two megabytes on an empty folder. Needs the right to mount (root). */
export function mountSmallDisk(folder: string) {
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', folder], { stdio: 'ignore' })
  const filler = join(folder, 'filler')
  return {
    /** Fills the disk up to so many bytes with another file, as the application's data may do. */
    fill: (freeBytes = 0) => {
      const file = openSync(filler, 'w')
      let written = 0
      try {
        for (;;) written += writeSync(file, Buffer.alloc(4096))
      } catch (err) {
        if ((err as NodeJS.ErrnoException).code !== 'ENOSPC') throw err
        ftruncateSync(file, written - freeBytes)
      } finally {
        closeSync(file)
      }
    },
    free: () => rmSync(filler),
    unmount: () => void execFileSync('umount', [folder]),
  }
}

/** Why this process cannot mount a small disk, if it cannot. */
export const whyNoSmallDisk = reasonAgainst()

function reasonAgainst(): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'small-disk-'))
  try {
    mountSmallDisk(folder).unmount()
    return undefined
  } catch {
    return 'needs the right to mount a tmpfs (root)'
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
