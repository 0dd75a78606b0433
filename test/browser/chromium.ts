import { existsSync } from 'node:fs'
import { chromium } from 'playwright-core'

const firstOf = (...paths: (string | undefined)[]) =>
  paths.find((path) => path && existsSync(path)) ?? ''

/** Chromium with its windows. Only this one can refuse cookies of other sites. */
export const chromiumPath = firstOf(process.env.CHROMIUM_PATH, '/usr/bin/chromium')

/** Why there is no browser; `undefined` if there is one. In CI a missing browser is a failure. */
export const noBrowser = chromiumPath
  ? undefined
  : 'no browser: install the Debian package "chromium", or set CHROMIUM_PATH'
if (noBrowser && process.env.CI) throw new Error(noBrowser)
// Reporters do not say why tests are skipped.
if (noBrowser) console.warn(`The browser tests are skipped: ${noBrowser}`)

/** The options of a browser's start. */
export const launchOptions = {
  // The headless shell is Chromium without its windows. A page costs it a third of the processor time.
  executablePath: firstOf(
    process.env.CHROMIUM_PATH,
    '/usr/bin/chromium-headless-shell',
    chromiumPath,
  ),
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
