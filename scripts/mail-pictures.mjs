// "npm run build && node scripts/mail-pictures.mjs [part of a name]" draws the mail in every language into
// screenshots/mail/: on a phone of 320 pixels and on a desktop, light and dark; a sign-in, one with a link, and the
// longest mail. Needs Chromium.

import { mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { MAIL_KINDS, startBrowser, writtenMail } from './pictures.mjs'
import { root } from './run.mjs'

const folder = join(root, 'screenshots/mail')
const [wanted = ''] = process.argv.slice(2)

const LOOKS = ['light', 'dark'].flatMap((colorScheme) => [
  { look: `phone-${colorScheme}`, width: 320, height: 640, colorScheme },
  { look: `desktop-${colorScheme}`, width: 1280, height: 800, colorScheme },
])

/** The catalogues, from the folder: one file that has a tag is one language. */
async function catalogues() {
  const languages = join(root, 'dist/esm/languages')
  const files = readdirSync(languages).filter((name) => name.endsWith('.js'))
  const modules = await Promise.all(
    files.map((name) => import(pathToFileURL(join(languages, name)).href)),
  )
  return modules.flatMap((module) => module.default ?? [])
}

mkdirSync(folder, { recursive: true })
const mails = (await catalogues())
  .flatMap((catalogue) => Object.keys(MAIL_KINDS).map((kind) => ({ catalogue, kind })))
  .map(({ catalogue, kind }) => ({ name: `${catalogue.tag}-${kind}`, catalogue, kind }))
  .filter(({ name }) => name.includes(wanted))
const browser = await startBrowser()
for (const { look, width, height, colorScheme } of LOOKS) {
  const page = await browser.newPage({ viewport: { width, height }, colorScheme })
  for (const { name, catalogue, kind } of mails) {
    await page.setContent((await writtenMail(kind, catalogue)).html)
    await page.screenshot({ path: join(folder, `${name}-${look}.png`), fullPage: true })
  }
  await page.close()
}
await browser.close()
console.error(`${mails.length} mails, ${LOOKS.length} pictures each, in ${folder}`)
