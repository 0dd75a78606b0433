// The tables of the command line: its help.

import { code, table } from './markdown.mjs'

const PAGE = 'docs/reference/cli.md'

export async function commandLineTables(load) {
  const { HELP } = await load('cli/help.js')
  const options = listUnder(HELP, 'Options').filter(([option]) => option.startsWith('--'))
  return {
    [PAGE]: {
      flags: table(['option', 'what it does'], options.map(row)),
      'exit codes': table(['code', 'meaning'], listUnder(HELP, 'Exit codes').map(row)),
    },
  }
}

/** The items of a list in the help: a name, two blanks or a new line, and its text. */
function listUnder(help, heading) {
  const [, list = ''] = help.split(new RegExp(`^${heading}.*\n`, 'm'))
  const [items = ''] = list.split(/\n\n/)
  return [...items.matchAll(/^ {2}(\S.*?)(?: {2,}|\n {3,})(.*(?:\n {3,}.*)*)/gm)].map(
    ([, name, text]) => [name, text.replace(/\s+/g, ' ')],
  )
}

/** Options, URLs and quoted senders in the text become code. */
function row([name, text]) {
  const words = text.replace(/--\w[\w-]*|\w+:\/\/[^\s),]*|'[^']*'/g, code)
  return [
    /^\d/.test(name) ? name : code(name),
    words.replace(/^./, (letter) => letter.toUpperCase()),
  ]
}
