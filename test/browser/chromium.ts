import { existsSync } from 'node:fs'
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
} from 'playwright-core'
import { afterAll, beforeAll, describe, onTestFinished } from 'vitest'

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

/** Opens a tab without cookies, which closes with the test. */
type OpenTab = (
  options?: BrowserContextOptions,
) => Promise<{ readonly context: BrowserContext; readonly page: Page }>

/** Declares tests that share one browser. */
export function describeInChromium(name: string, tests: (openTab: OpenTab) => void): void {
  describe.skipIf(noBrowser)(name, () => {
    let browser: Browser
    beforeAll(async () => {
      browser = await launchChromium()
    })
    afterAll(() => browser?.close())
    tests(async (options) => {
      const context = await browser.newContext(options)
      onTestFinished(() => context.close())
      return { context, page: await context.newPage() }
    })
  })
}
