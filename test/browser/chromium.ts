import { existsSync } from 'node:fs'
import { chromium } from 'playwright-core'

const executablePath = [process.env.CHROMIUM_PATH, '/usr/bin/chromium'].find(
  (path) => path && existsSync(path),
)

/** Why there is no browser; `undefined` if there is one. In CI a missing browser is a failure. */
export const noBrowser =
  executablePath === undefined
    ? 'no browser: install the Debian package "chromium", or set CHROMIUM_PATH'
    : undefined
if (noBrowser && process.env.CI) throw new Error(noBrowser)
// Reporters do not say why tests are skipped.
if (noBrowser) console.warn(`The browser tests are skipped: ${noBrowser}`)

/** The options of a browser's start. */
export const launchOptions = {
  executablePath: executablePath ?? '',
  args: [
    '--no-sandbox', // root cannot use the sandbox
    '--disable-gpu',
    '--disable-quic',
    // The pages are on this machine, so the browser must not contact other servers.
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
}

export function launchChromium() {
  return chromium.launch(launchOptions)
}
