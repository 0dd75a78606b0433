// "npm run build && node scripts/readme-picture.mjs" draws the picture of the README, docs/public/page-and-mail.png: the
// mail with a code, and the page that waits for it. Needs Chromium.

import { mkdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { tell } from '../dist/esm/flow/tell.js'
import { loginPage } from '../dist/esm/index.js'
import * as info from '../dist/esm/info.js'
import { en } from '../dist/esm/languages/en.js'
import { pageStates } from './page-states.mjs'
import { startBrowser, writtenMail } from './pictures.mjs'
import { root } from './run.mjs'

const FILE = join(root, 'docs/public/page-and-mail.png')

const escaped = (text) => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;')
const frame = (title, html) => `
  <figure>
    <figcaption>${title}</figcaption>
    <iframe srcdoc="${escaped(html)}"></iframe>
  </figure>`

const { state, options } = pageStates(info, tell, en).find(({ name }) => name === 'code-sent')
const page = loginPage({ pageState: () => state }, { headers: {} }, options)
const { subject, html } = await writtenMail('sign-in', en)

const STYLE = `
  body { margin: 0; padding: 24px; display: grid; grid-template-columns: 400px 1fr; gap: 24px; background: #eceff3 }
  /* The page is cut off below its button. */
  figure { margin: 0; height: 488px; display: flex; flex-direction: column; overflow: hidden; background: #fff;
    border: 1px solid #c9ced6; border-radius: 8px; font: 14px system-ui, sans-serif }
  figcaption { padding: 10px 16px; border-bottom: 1px solid #c9ced6; background: #f7f8fa; color: #333 }
  iframe { flex: 1; border: 0 }`

mkdirSync(dirname(FILE), { recursive: true })
const browser = await startBrowser()
const picture = await browser.newPage({
  viewport: { width: 960, height: 538 },
  colorScheme: 'light',
})
const frames = [frame('app.acme.example/login', page), frame(subject, html)]
await picture.setContent(`<!doctype html><style>${STYLE}</style>${frames.join('')}`)
await picture.screenshot({ path: FILE })
await browser.close()
console.error(`${FILE}, ${Math.round(statSync(FILE).size / 1000)} kB`)
