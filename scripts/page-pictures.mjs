// "npm run build && node scripts/page-pictures.mjs [part of a name]" draws every state of the sign-in page into
// screenshots/page/: on a phone of 320 pixels and on a desktop, dark, with forced colours, from right to left, and at
// 400 % zoom. Needs Chromium.

import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { tell } from '../dist/esm/flow/tell.js'
import { loginPage } from '../dist/esm/index.js'
import * as info from '../dist/esm/info.js'
import { ar } from '../dist/esm/languages/ar.js'
import { en } from '../dist/esm/languages/en.js'
import { he } from '../dist/esm/languages/he.js'
import { pageStates } from './page-states.mjs'
import { startBrowser } from './pictures.mjs'
import { root } from './run.mjs'

const folder = join(root, 'screenshots/page')
const [wanted = ''] = process.argv.slice(2)

const LOOKS = [
  { look: 'phone', width: 320, height: 640 },
  { look: 'desktop', width: 1280, height: 800 },
  { look: 'phone-dark', width: 320, height: 640, colorScheme: 'dark' },
  { look: 'desktop-dark', width: 1280, height: 800, colorScheme: 'dark' },
  { look: 'forced-colours', width: 320, height: 640, forcedColors: 'active' },
  { look: 'arabic-phone', width: 320, height: 640, language: ar },
  { look: 'arabic-desktop', width: 1280, height: 800, language: ar },
  { look: 'hebrew-phone', width: 320, height: 640, language: he },
  // A desktop of 1280 by 1024 pixels at 400 % is a page of 320 by 256.
  { look: 'zoom', width: 320, height: 256 },
]

mkdirSync(folder, { recursive: true })
const browser = await startBrowser()
const statesIn = (language) =>
  pageStates(info, tell, language).filter(({ name }) => name.includes(wanted))
for (const { look, width, height, colorScheme, forcedColors, language = en } of LOOKS) {
  const viewport = { width, height }
  const page = await browser.newPage({ viewport, colorScheme, forcedColors })
  for (const { name, state, options } of statesIn(language)) {
    const strategy = { pageState: () => state }
    await page.goto('about:blank') // a document puts the focus into a field once
    await page.setContent(loginPage(strategy, { headers: {} }, options))
    await page.screenshot({ path: join(folder, `${name}-${look}.png`), fullPage: true })
  }
  await page.close()
}
await browser.close()
console.error(`${statesIn(en).length} states, ${LOOKS.length} pictures each, in ${folder}`)
