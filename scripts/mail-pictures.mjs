// "npm run build && node scripts/mail-pictures.mjs [part of a name]" draws the mail in every language into
// screenshots/mail/: on a phone of 320 pixels and on a desktop, light and dark; a sign-in, and the longest mail.
// Needs Chromium (CHROMIUM_PATH, or /usr/bin/chromium).

import { mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import { mailer } from '../dist/esm/index.js'
import { root } from './run.mjs'

const folder = join(root, 'screenshots/mail')
const [wanted = ''] = process.argv.slice(2)

const LOOKS = ['light', 'dark'].flatMap((colorScheme) => [
  { look: `phone-${colorScheme}`, width: 320, height: 640, colorScheme },
  { look: `desktop-${colorScheme}`, width: 1280, height: 800, colorScheme },
])

const KINDS = {
  'sign-in': {},
  longest: { code: '0493027581', digits: 10, isSecondFactor: true, isLengthened: true },
}

/** The catalogues, from the folder: one file that has a tag is one language. */
async function catalogues() {
  const languages = join(root, 'dist/esm/languages')
  const files = readdirSync(languages).filter((name) => name.endsWith('.js'))
  const modules = await Promise.all(files.map((name) => import(join(languages, name))))
  return modules.flatMap((module) => module.default ?? [])
}

/** The HTML of each mail, as a mail server would receive it. */
async function mails() {
  const languages = await catalogues()
  const written = []
  const transport = { sendMail: async ({ html }) => written.push(html) }
  const send = mailer({ transport, from: 'Acme <login@acme.example>', languages })
  const names = []
  for (const { tag } of languages) {
    for (const [kind, changes] of Object.entries(KINDS)) {
      const expiresAt = new Date(Date.now() + 600_000)
      const origin = 'https://app.acme.example'
      const signal = new AbortController().signal
      const details = { code: '493027', digits: 6, expiresAt, origin, signal, locale: tag }
      await send({ to: 'ada@example.com', purpose: 'login', ...details, ...changes })
      names.push(`${tag}-${kind}`)
    }
  }
  return names.map((name, n) => ({ name, html: written[n] }))
}

mkdirSync(folder, { recursive: true })
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu'],
})
const drawn = (await mails()).filter(({ name }) => name.includes(wanted))
for (const { look, width, height, colorScheme } of LOOKS) {
  const page = await browser.newPage({ viewport: { width, height }, colorScheme })
  for (const { name, html } of drawn) {
    await page.setContent(html)
    await page.screenshot({ path: join(folder, `${name}-${look}.png`), fullPage: true })
  }
  await page.close()
}
await browser.close()
console.error(`${drawn.length} mails, ${LOOKS.length} pictures each, in ${folder}`)
