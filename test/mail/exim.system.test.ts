import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { noExim, startExim } from '../health/exim.js'
import { codeMail } from '../helpers/code-mail.js'
import { mailerTo } from '../helpers/mail.js'
import { until } from '../helpers/until.js'

const LOGIN = { user: 'app@acme.example', pass: 'hunter2 hunter2' }

const RCPT = `defer local_parts = later
  deny local_parts = nobody
  defer condition = \${if exists{GREY}{yes}{no}}
  accept`
const DATA = `defer condition = \${if match{$recipients}{throttled}}
  deny condition = \${if match{$recipients}{spam}}
  accept`

async function start(settings = '', isGrey = false) {
  const grey = join('/tmp', `grey-${crypto.randomUUID()}`)
  if (isGrey) await writeFile(grey, '')
  onTestFinished(() => rm(grey, { force: true }))
  const rcpt = RCPT.replace('GREY', grey)
  const exim = await startExim({ ...LOGIN, settings, rcpt, data: DATA })
  const sendCode = mailerTo({ host: '127.0.0.1', port: exim.port, auth: LOGIN })
  const send = (name: string) =>
    sendCode(codeMail({ to: `${name}@example.com` })).catch((err: object) => err)
  return { ...exim, grey, send }
}

describe.skipIf(noExim)('exim4', () => {
  it('certainly has not accepted a mail that it refuses, and accepts the next one', async () => {
    const { send, accepted } = await start()
    const refusals = { later: 451, nobody: 550, throttled: 451, spam: 550 }
    for (const [name, responseCode] of Object.entries(refusals)) {
      expect(await send(name), name).toMatchObject({ responseCode, notSent: true, reached: true })
    }
    expect(await accepted()).toBe(0)
    expect(await send('ann')).toEqual({ tries: 1 })
    expect(await accepted()).toBe(1)
  })

  it('accepts a mail that was greylisted at the second try', async () => {
    const { send, accepted, folder, grey } = await start('', true)
    const sending = send('ann')
    await until(
      async () => (await readFile(join(folder, 'rejectlog'), 'utf8').catch(() => '')) !== '',
    )
    await rm(grey)
    expect(await sending).toEqual({ tries: 2 })
    expect(await accepted()).toBe(1)
  })

  it('accepts 50 mails at once within its limits of connections and mails', async () => {
    const limits = 'smtp_accept_max = 3\nsmtp_accept_max_per_connection = 4'
    const { send, accepted } = await start(limits)
    const sent = await Promise.all(Array.from({ length: 50 }, (_, n) => send(`user${n}`)))
    expect(sent.filter((each) => !('tries' in each))).toEqual([])
    expect(await accepted()).toBe(50)
  })
})
