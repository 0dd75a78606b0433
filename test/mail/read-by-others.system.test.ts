import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createTransport } from 'nodemailer'
import PostalMime from 'postal-mime'
import { beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { noExim, startExim } from '../health/exim.js'
import { INSTALL_LIMIT_MS, testPackages } from '../helpers/test-packages.js'
import { CATALOGUES } from '../languages/list.js'
import { everyMail, type SentMail } from './every-mail.js'

vi.setConfig({ testTimeout: 240_000, hookTimeout: INSTALL_LIMIT_MS })

const SPAMASSASSIN = '/usr/bin/spamassassin'

/** Why there is no SpamAssassin; `undefined` if there is one. In CI a missing one is a failure. */
const noSpamAssassin = existsSync(SPAMASSASSIN)
  ? undefined
  : 'no SpamAssassin: install the Debian package "spamassassin"'
if (noSpamAssassin && process.env.CI) throw new Error(noSpamAssassin)
// Reporters do not say why tests are skipped.
if (noSpamAssassin) console.warn(`The tests of spam scores are skipped: ${noSpamAssassin}`)

let mails: readonly SentMail[]
beforeAll(async () => {
  mails = await everyMail()
})

const nameOf = ({ tag, kind }: SentMail) => `${kind} in ${tag}`
const bytesOf = ({ raw }: SentMail) => Buffer.from(raw, 'latin1')

/** SpamAssassin's own example of spam, in two parts, so that no filter takes this file for it. */
const SPAM = ['XJS*C4JDBQADN1.NSBN3*2IDNEN', 'GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X'].join('*')

/**
 * A mail as the recipient's server passes it to the filter. It comes directly from the application's host, which is
 * rated worst. Addresses that are reserved for documentation are rated as forged.
 */
function received(mail: string): string {
  const date = new Date().toUTCString().replace('GMT', '+0000')
  return [
    'From login@acme.example Thu Jan  1 00:00:00 1970',
    'Return-Path: <login@acme.example>',
    'Received: from mail.acme.example (mail.acme.example [93.184.215.14])',
    `\tby mx.example.com with ESMTPS id 1; ${date}`,
    `${mail.replaceAll('\r', '').replace(/^From /gm, '>From ')}\n`,
  ].join('\n')
}

/** What SpamAssassin says of mails, by `Message-ID`, from its rules alone: without the network and what it has learned. */
async function rated(all: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const home = await mkdtemp(join(tmpdir(), 'spamassassin-'))
  onTestFinished(() => rm(home, { recursive: true, force: true }))
  const options = ['report_safe 0', 'use_bayes 0', 'add_header all Status _SCORE_ _TESTSSCORES(,)_']
  const filter = execFile(
    SPAMASSASSIN,
    ['--mbox', '--local', '-x', '-p', '/dev/null', ...options.map((option) => `--cf=${option}`)],
    { env: { PATH: process.env.PATH, HOME: home }, maxBuffer: 2 ** 26 },
  )
  let output = ''
  filter.stdout?.on('data', (text) => (output += text))
  filter.stdin?.end(all.map(received).join('\n'))
  await once(filter, 'close')
  // It sorts them by date.
  const unfolded = output.replace(/\n[ \t]+/g, '')
  return new Map(
    unfolded.split(/^From /m).map((mail) => {
      const [, status = ''] = /^X-Spam-Status: (.*)$/m.exec(mail) ?? []
      const [, id = ''] = /^Message-ID: (.*)$/m.exec(mail) ?? []
      return [id, status]
    }),
  )
}

describe.skipIf(noSpamAssassin)('SpamAssassin', () => {
  it('rates every mail below 2 points, and spam above', async () => {
    const example = `Message-ID: <spam@acme.example>\nFrom: a@acme.example\n\n${SPAM}\n`
    const statuses = await rated([...mails.map(({ raw }) => raw), example])
    const scoreOf = (id = '') => Number.parseFloat(statuses.get(id) ?? '')
    expect(scoreOf('<spam@acme.example>')).toBeGreaterThan(999)
    for (const mail of mails) {
      const id = mail.headers['message-id']
      expect(scoreOf(id), `${nameOf(mail)}: ${statuses.get(id ?? '')}`).toBeLessThan(2)
    }
  })
})

interface Parsed {
  readonly subject?: string | undefined
  readonly text?: string | undefined
  readonly html?: string | false | undefined
}

/** Checks that a program reads what was written. */
function expectTheSame(mail: SentMail, { subject, text, html }: Parsed) {
  const catalogue = CATALOGUES.find(({ tag }) => tag === mail.tag)
  if (catalogue === undefined || typeof html !== 'string') throw new Error(nameOf(mail))
  const lines = (text ?? '').split('\n')
  expect(lines.filter((line) => line === mail.sentCode)).toHaveLength(1)
  expect(text).toContain(catalogue.mail.tellNobody)
  expect(subject?.includes(mail.sentCode)).toBe(mail.kind !== 'a subject without the code')
  expect(html).toContain(`<html lang="${mail.tag}" dir="${catalogue.dir}">`)
  expect(html).toContain(catalogue.mail.tellNobody)
}

describe('mail programs', () => {
  it('on postal-mime read every mail', async () => {
    for (const mail of mails) expectTheSame(mail, await PostalMime.parse(bytesOf(mail)))
  })

  it('on mailparser read every mail', async () => {
    const folder = await testPackages('mail-parsers')
    const { simpleParser } = createRequire(join(folder, 'x.js'))('mailparser') as {
      simpleParser(bytes: Buffer): Promise<Parsed>
    }
    for (const mail of mails) expectTheSame(mail, await simpleParser(bytesOf(mail)))
  })
})

describe.skipIf(noExim)('exim4', () => {
  it('takes every mail, finds no fault in its headers, and keeps it as it is', async () => {
    const login = { user: 'app', pass: 'hunter2' }
    const data = 'require\n    verify = header_syntax\n    verify = header_names_ascii\n  accept'
    const { port, folder, accepted } = await startExim({ ...login, rcpt: 'accept', data })
    const transport = createTransport({ host: '127.0.0.1', port, auth: login, pool: true })
    onTestFinished(() => transport.close())
    for (const mail of mails) {
      const envelope = { from: mail.envelope.from, to: [...mail.envelope.to] }
      await transport.sendMail({ envelope, raw: bytesOf(mail) })
    }
    expect(await accepted()).toBe(mails.length)

    const spool = join(folder, 'spool/input')
    const bodies = readdirSync(spool)
      .filter((name) => name.endsWith('-D'))
      // Its first line is the name of the file.
      .map((name) => readFileSync(join(spool, name), 'utf8').replace(/.*\n/, ''))
    const sent = mails.map(({ raw }) => raw.replaceAll('\r', '').replace(/^.*?\n\n/s, ''))
    expect(bodies.map((body) => body.trimEnd()).sort()).toEqual(
      sent.map((body) => body.trimEnd()).sort(),
    )
  })

  it('rejects a mail whose headers have a fault', async () => {
    const login = { user: 'app', pass: 'hunter2' }
    const data = 'require\n    verify = header_syntax\n  accept'
    const { port } = await startExim({ ...login, rcpt: 'accept', data })
    const transport = createTransport({ host: '127.0.0.1', port, auth: login })
    onTestFinished(() => transport.close())
    const envelope = { from: 'a@acme.example', to: ['b@acme.example'] }
    const sent = transport.sendMail({ envelope, raw: 'From: a@@acme.example\r\n\r\nx' })
    await expect(sent).rejects.toMatchObject({ responseCode: 550 })
  })
})
