// Tables in Markdown.

import { existsSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { root } from '../run.mjs'
import { problems } from './problems.mjs'

export const code = (text) => `\`${text}\``

export function table(head, rows) {
  const line = (cells) => `| ${cells.map((cell) => `${cell}`.replaceAll('|', '\\|')).join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

/** A comment as a cell of a page: its first paragraph, and links to the pages that it has a @see for. */
export function cellOf({ where, text, pages }, page) {
  if (text === '') problems.push(`${where} needs a comment, for a table of ${page}.`)
  if (pages.length === 0) return text.replace(/\.$/, '')
  return `${text} ${pages.map((target) => linkTo(target, page, where)).join(', ')}`
}

function linkTo(target, page, where) {
  const [path, anchor] = target.split('#')
  const title = titleIn(path, anchor)
  if (title === undefined) problems.push(`${where} has "@see ${target}", which does not exist.`)
  const relative = path === page ? '' : posix.relative(posix.dirname(page), path)
  return `[${title}](${relative}${anchor === undefined ? '' : `#${anchor}`})`
}

/** The heading that an anchor leads to, or the title of the page. */
function titleIn(path, anchor) {
  if (!existsSync(join(root, path))) return undefined
  const headings = [...readFileSync(join(root, path), 'utf8').matchAll(/^#+ (.*)$/gm)]
  return headings.find(([, heading]) => anchor === undefined || anchorOf(heading) === anchor)?.[1]
}

/** As GitHub makes it, and the site. */
function anchorOf(heading) {
  return heading
    .toLowerCase()
    .replace(/[^\w\- ]/g, '')
    .replaceAll(' ', '-')
}
