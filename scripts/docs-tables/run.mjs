// npm run docs:tables: writes the tables of docs/ that say what the code says, between their markers. With --check, as in
// "npm run lint", it writes nothing and fails if a table is not the one that the code gives.

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root, Stop, start } from '../run.mjs'
import { commandLineTables } from './command-line.mjs'
import { withCompiledSource } from './compiled-source.mjs'
import { figureTables } from './figures.mjs'
import { optionTables } from './options.mjs'
import { outcomeTables } from './outcomes.mjs'
import { problems } from './problems.mjs'

const COMMAND = 'npm run docs:tables'
const beginOf = (name) => `<!-- ${name}: written by "${COMMAND}" -->`
const endOf = (name) => `<!-- end of ${name} -->`

/** The tables of each page, by the name in their markers. `load` imports a file of the compiled source. */
async function allTables(load) {
  const parts = [optionTables, outcomeTables, commandLineTables, figureTables]
  const tables = await Promise.all(parts.map((part) => part(load)))
  return Object.assign({}, ...tables)
}

/** Puts a table into a page, between its markers. */
function replaceTable(page, text, name, table) {
  const begin = text.indexOf(beginOf(name))
  const end = text.indexOf(endOf(name))
  if (begin === -1 || end < begin) {
    problems.push(`${page} needs the lines ${beginOf(name)} and ${endOf(name)}.`)
    return text
  }
  return `${text.slice(0, begin)}${beginOf(name)}\n\n${table}\n\n${text.slice(end)}`
}

/** Returns the text of each page with its tables, and the tables that were others before. */
function fill(tables) {
  const wrong = []
  const texts = Object.entries(tables).map(([page, byName]) => {
    let text = readFileSync(join(root, page), 'utf8')
    for (const [name, table] of Object.entries(byName)) {
      const replaced = replaceTable(page, text, name, table)
      if (replaced !== text) wrong.push(`${page}: ${name}`)
      text = replaced
    }
    return [page, text]
  })
  return { texts, wrong }
}

await start(import.meta, async (args) => {
  if (args.some((arg) => arg !== '--check')) throw new Stop(`Usage: ${COMMAND} [-- --check]`)
  const { texts, wrong } = fill(await withCompiledSource(allTables))
  const isCheck = args.includes('--check')
  const differ = isCheck && wrong.length > 0
  const list = differ ? [`These tables differ from the code. Run "${COMMAND}".`, ...wrong] : []
  if (problems.length + list.length > 0) throw new Stop([...problems, ...list].join('\n'))
  if (isCheck) return
  for (const [page, text] of texts) writeFileSync(join(root, page), text)
  console.error(wrong.length === 0 ? 'Nothing has changed.' : `Written:\n${wrong.join('\n')}`)
})
