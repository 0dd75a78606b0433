// The tables of options: their comments, and the defaults and ranges that the constructors read them with.

import { interfaceIn } from './comments.mjs'
import { cellOf, code, table } from './markdown.mjs'
import { problems } from './problems.mjs'

const PAGE = 'docs/reference/options.md'
const SQLITE_PAGE = 'docs/stores/sqlite.md'
const SIGN_IN_PAGE = 'docs/guides/sign-in-page.md'

export async function optionTables(load) {
  const { Strategy, mailer, MemoryStore } = await load('index.js')
  const { SqliteStore } = await load('stores/sqlite.js')
  const { OPTION_NAMES } = await load('options/option-names.js')
  const { noted } = await load('util/option-reader.js')
  const secret = 'a secret that only this table sees, 0123456789'
  const required = { transport: { jsonTransport: true }, from: 'Acme <login@acme.example>' }
  new Strategy({ secret, sendCode: mailer(required) }, async () => undefined)
  new MemoryStore()
  const database = { exec() {}, prepare: () => ({ get: () => ({ file: '' }), run() {} }) }
  new SqliteStore({ database })

  const strategy = {
    ...interfaceIn('options/options.ts', 'CommonOptions'),
    ...interfaceIn('options/limit-options.ts', 'LimitOptions'),
    ...interfaceIn('options/recipient-options.ts', 'RecipientOptions'),
    ...interfaceIn('options/options.ts', 'EmailOtpOptions'),
  }
  const inOrder = Object.keys(OPTION_NAMES).map((name) => [name, strategy[name]])
  const route = interfaceIn('passport/types.ts', 'EmailOtpAuthenticateOptions')
  return {
    [PAGE]: {
      options: optionTable(Object.fromEntries(inOrder), noted.EmailOtpStrategy),
      'route options': optionTable(route),
      'MemoryStore options': optionTable(
        interfaceIn('stores/memory.ts', 'MemoryStoreOptions'),
        noted.MemoryStore,
      ),
      'mailer options': optionTable(
        interfaceIn('mail/mailer-options.ts', 'MailerOptions'),
        noted.mailer,
      ),
    },
    [SQLITE_PAGE]: {
      'SqliteStore options': optionTable(
        interfaceIn('stores/sqlite.ts', 'SqliteStoreOptions'),
        noted.SqliteStore,
      ),
    },
    [SIGN_IN_PAGE]: {
      'page options': plainTable({
        ...interfaceIn('page/options.ts', 'LoginFormOptions'),
        ...interfaceIn('page/options.ts', 'LoginPageOptions'),
      }),
    },
  }
}

function optionTable(comments, reads = {}) {
  const rows = Object.entries(comments).map(([name, comment]) => {
    const read = reads[name] ?? {}
    return [code(name), defaultOf(comment, read), rangeOf(comment, read), cellOf(comment, PAGE)]
  })
  return table(['option', 'default', 'range', 'what it does'], rows)
}

/** Options that have neither a default nor a range. */
function plainTable(comments) {
  const rows = Object.entries(comments)
  return table(
    ['option', 'what it does'],
    rows.map(([name, comment]) => [code(name), cellOf(comment, SIGN_IN_PAGE)]),
  )
}

/** The default in the comment. One that is a value must be the one that the constructor reads the option with. */
function defaultOf({ where, isOptional, tags }, { kind, rule }) {
  const used = { wholeNumber: rule?.fallback, flag: rule, text: rule, oneOf: rule?.[0] }[kind]
  const value = typeof used === 'string' ? `'${used}'` : used
  const { defaultValue } = tags
  if (value !== undefined && defaultValue === undefined) {
    problems.push(`${where} needs "@defaultValue ${code(value)}".`)
  }
  if (value !== undefined && defaultValue?.startsWith('`') && defaultValue !== code(value)) {
    problems.push(`${where} has "@defaultValue ${defaultValue}", and the code has ${code(value)}.`)
  }
  return defaultValue ?? (isOptional ? 'none' : 'required')
}

/** The range in the comment. One of a number must hold the one that the constructor checks. */
function rangeOf({ where, tags }, { kind, rule }) {
  const numbers = kind === 'wholeNumber' ? `${rule.min} to ${rule.max}` : undefined
  if (numbers !== undefined && !tags.range?.includes(numbers)) {
    problems.push(`${where} has "@range ${tags.range}", and the code has ${numbers}.`)
  }
  const range = tags.range ?? { optionalFunction: 'a function', flag: '`true` or `false`' }[kind]
  if (range === undefined) problems.push(`${where} needs a @range.`)
  return range
}
