import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './package.js'

export interface CodeBlock {
  readonly language: string
  readonly code: string
  /** The heading that it stands under. */
  readonly heading: string
}

/** The pages of the site: `docs/stores/redis.md`. */
export const allPages = () =>
  readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md') && !name.includes('node_modules'))
    .map((name) => join('docs', name))

/** A document of the repository, by its parts. */
export class Document {
  readonly text: string

  constructor(name: string) {
    this.text = readFileSync(join(root, name), 'utf8')
  }

  /** All of it with a blank for each line's end, so that sentences can be looked for. */
  get flat(): string {
    return flatten(this.text)
  }

  /** What stands under a heading, the headings below it included. */
  section(heading: string): string {
    const lines = this.#withoutCode.split('\n')
    const start = lines.findIndex((line) => line.replace(/^#+ /, '') === heading && /^#/.test(line))
    if (start < 0) throw new Error(`no heading "${heading}"`)
    const level = lines[start]?.indexOf(' ') ?? 1
    const length = lines
      .slice(start + 1)
      .findIndex((line) => /^#/.test(line) && line.indexOf(' ') <= level)
    return lines.slice(start, length < 0 ? undefined : start + 1 + length).join('\n')
  }

  /** The rows of the `n`th table under a heading, each by its column's name; `\`` is taken off. */
  table(heading: string, n = 0): Record<string, string>[] {
    const tables = this.section(heading).match(/(^\|.*\n?)+/gm) ?? []
    const [head = [], , ...rows] = (tables[n] ?? '').trim().split('\n').map(cells)
    if (rows.length === 0) throw new Error(`no table ${n} under "${heading}"`)
    return rows.map((row) => Object.fromEntries(head.map((name, i) => [name, row[i] ?? ''])))
  }

  get headings(): string[] {
    return [...this.#withoutCode.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => heading)
  }

  get blocks(): CodeBlock[] {
    let heading = ''
    return [...this.text.matchAll(/^#+ ([^\n]*)$|^```(\w+)\n(.*?)^```$/gms)].flatMap(
      ([, title, language, code]) => {
        if (title !== undefined) heading = title
        return language === undefined || code === undefined ? [] : [{ language, code, heading }]
      },
    )
  }

  /** The programs that a page gives a file's path to: a line with it in backticks, above the program. */
  get files(): Record<string, string> {
    return Object.fromEntries(this.namedPrograms.map(({ file, code }) => [file, code]))
  }

  /** The same for a page that has two programs for one path. */
  get namedPrograms(): { readonly file: string; readonly code: string }[] {
    const pattern = /^(?:[^\n]* )?`([\w./[\]-]+\.\w+)`[^\n`]*:\n\n```\w+\n(.*?)^```$/gms
    return [...this.text.matchAll(pattern)].map(([, file = '', code = '']) => ({ file, code }))
  }

  get #withoutCode(): string {
    return this.text.replace(/^```.*?^```$/gms, '')
  }
}

/** The commands of a shell block, without comments. */
export function commandsOf(block: string): string[] {
  return block
    .replace(/ #.*$/gm, '')
    .split(/\n|&&/)
    .map((line) => line.trim())
    .filter((line) => line !== '')
}

/** The text without its line breaks. */
function flatten(text: string): string {
  return text.replace(/\s+/g, ' ')
}

function cells(row: string): string[] {
  return row
    .slice(1, row.lastIndexOf('|'))
    .split('|')
    .map((cell) => cell.trim())
}

/** The numbers of a text as they are printed: `1,460`, `8.5e-5`. */
export function numbersIn(text: string): string[] {
  return text.match(/\d+(?:[.,]\d+)*(?:e-\d+)?/g) ?? []
}

/** The text inside of `backticks`, where a cell is nothing else. */
export function bare(cell: string | undefined): string {
  return cell?.replace(/^`(.*)`$/, '$1') ?? ''
}
