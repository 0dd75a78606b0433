// The tables of reasons, events and errors, and of the fields that the outcome of a request, the pending code and the
// session have.

import { entriesIn, interfaceIn, interfacesIn } from './comments.mjs'
import { cellOf, code, table } from './markdown.mjs'

const PAGES = {
  reasons: 'docs/reference/reasons.md',
  events: 'docs/reference/events.md',
  errors: 'docs/reference/errors.md',
  requests: 'docs/reference/requests.md',
  stored: 'docs/reference/stored-data.md',
}

export async function outcomeTables(load) {
  const { EmailOtpError } = await load('errors.js')
  return {
    [PAGES.reasons]: { fields: outcomeFields(), reasons: await reasons(load) },
    [PAGES.events]: { events: events() },
    [PAGES.errors]: { errors: errors(EmailOtpError) },
    [PAGES.requests]: { 'pending code': fields('info.ts', 'Pending', PAGES.requests) },
    [PAGES.stored]: { 'pending state': fields('pending/state.ts', 'PendingState', PAGES.stored) },
  }
}

async function reasons(load) {
  const { statusOf } = await load('reasons.js')
  const { tell } = await load('flow/tell.js')
  const { en } = await load('languages/en.js')
  const info = await load('info.js')
  const examples = examplesOf(info)
  const rows = Object.entries(entriesIn('reasons.ts', 'OUTCOMES')).map(([reason, comment]) => {
    const variants = Object.entries(examples[reason] ?? { '': info.infoFor(reason) })
    const messages = variants.map(([when, outcome]) => {
      const { message } = tell(en.reasons, outcome)
      return when === '' ? message : `With ${code(when)}: ${message}`
    })
    const next = code(variants[0][1].next)
    return [
      code(reason),
      statusOf(reason),
      next,
      messages.join('<br>'),
      cellOf(comment, PAGES.reasons),
    ]
  })
  return table(['reason', 'status', 'next', 'message', 'when'], rows)
}

/** The outcomes that have a number, an address or several sentences. */
function examplesOf(info) {
  return {
    code_sent: { '': info.codeSent(30), 'confirmed: false': info.codeSentUnconfirmed(30) },
    accepted: { '': info.accepted('ada@example.com', null) },
    invalid_email: { '': info.invalidEmail(false), 'hasUnseen: true': info.invalidEmail(true) },
    malformed_code: { '': info.malformedCode(6) },
    invalid_code: { '': info.invalidCode(2), 'attemptsLeft: 0': info.invalidCode(0) },
    rate_limited: { '': info.rateLimited(5400) },
  }
}

/** The fields of all outcomes, each with the reasons that have it. */
function outcomeFields() {
  const rows = new Map()
  for (const { name, base, members } of interfacesIn('info.ts')) {
    const [, reason] = /Info<'(\w+)'>/.exec(base) ?? []
    if (reason === undefined && name !== 'Info') continue
    for (const [field, comment] of Object.entries(members)) {
      const row = rows.get(field) ?? { comment, reasons: [] }
      if (reason !== undefined) row.reasons.push(code(reason))
      rows.set(field, row)
    }
  }
  const every = new Set(Object.keys(interfaceIn('info.ts', 'Info')))
  return table(
    ['field', 'what it holds', 'with'],
    [...rows].map(([field, { comment, reasons }]) => [
      code(field),
      cellOf(comment, PAGES.reasons),
      every.has(field) ? 'every reason' : reasons.join(', '),
    ]),
  )
}

function events() {
  const rows = interfacesIn('events.ts').flatMap(({ base, comment, members }) => {
    const [, type] = /^Event<'(\w+)'>$/.exec(base) ?? []
    if (type === undefined) return []
    const names = Object.keys(members).map(code).join(', ')
    return [[code(type), cellOf(comment, PAGES.events), names]]
  })
  return table(['type', 'when', 'with'], rows)
}

function errors(EmailOtpError) {
  const rows = Object.entries(entriesIn('errors.ts', 'STATUS')).map(([name, comment]) => {
    const { status } = new EmailOtpError(name, '')
    return [code(name), status, cellOf(comment, PAGES.errors)]
  })
  return table(['code', 'status', 'when'], rows)
}

function fields(file, name, page) {
  const rows = Object.entries(interfaceIn(file, name))
  return table(
    ['field', 'what it holds'],
    rows.map(([field, comment]) => [code(field), cellOf(comment, page)]),
  )
}
