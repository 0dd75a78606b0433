// npm run docs: builds the site of the documentation into .build/docs/.vitepress/dist/, with the pages of docs/, the
// documents of the repository's root, and API pages from the comments of the source. A dead link fails the build.

import {
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { basename, join } from 'node:path'
import { install } from './install.mjs'
import { root, runNode, Stop, start } from './run.mjs'

const at = (...path) => join(root, ...path)
const SITE = '.build/docs'

/** The start page is the README. docs/README.md lists all pages. */
const DOCUMENTS = { 'README.md': 'index.md' }
for (const name of ['SECURITY.md', 'CONTRIBUTING.md', 'CHANGELOG.md']) DOCUMENTS[name] = name

async function run(program, ...args) {
  const code = await runNode(at('docs/node_modules', program), args)
  if (code !== 0)
    throw new Stop(`${basename(program)} ended with exit code ${code}. Its output is above.`)
}

/** Makes links of the pages that comments name with @see. */
function linkPages(folder) {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  for (const name of files.filter((each) => each.endsWith('.md'))) {
    const file = join(folder, name)
    const text = readFileSync(file, 'utf8')
    writeFileSync(file, text.replace(/^( ?- )?docs\/(\S+\.md\S*)$/gm, '$1[docs/$2](/$2)'))
  }
}

await start(import.meta, async () => {
  await install()
  await install('docs')
  rmSync(at(SITE), { recursive: true, force: true })
  mkdirSync(at(SITE), { recursive: true })
  const isPage = (path) => basename(path) !== 'node_modules'
  cpSync(at('docs'), at(SITE), { recursive: true, filter: isPage })
  for (const [file, page] of Object.entries(DOCUMENTS)) cpSync(at(file), at(SITE, page))
  symlinkSync(at('docs/node_modules'), at(SITE, 'node_modules'), 'junction')
  const api = at(SITE, 'reference/api')
  await run('typedoc/bin/typedoc', '--options', at('docs/typedoc.json'), '--out', api)
  linkPages(api)
  await run('vitepress/bin/vitepress.js', 'build', at(SITE))
  console.error(`The site is in ${SITE}/.vitepress/dist/`)
})
