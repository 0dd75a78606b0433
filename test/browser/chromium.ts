import { existsSync } from 'node:fs'
import { chromium } from 'playwright-core'

const executablePath = [process.env.CHROMIUM_PATH, '/usr/bin/chromium'].find(
  (path) => path && existsSync(path),
)

/** Why there is no browser; `undefined` where there is one. In CI its absence is a failure. */
export const noBrowser =
  executablePath === undefined
    ? 'no browser: install the Debian package "chromium", or set CHROMIUM_PATH'
    : undefined
if (noBrowser && process.env.CI) throw new Error(noBrowser)
// Reporters print no word of skipped tests.
if (noBrowser) console.warn(`The browser tests are skipped: ${noBrowser}`)

export function launchChromium() {
  return chromium.launch({
    executablePath: executablePath ?? '',
    args: [
      '--no-sandbox', // as root there is none
      '--disable-gpu',
      '--disable-quic',
      // Nothing is looked up anywhere: the pages are on this machine.
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
}
