import { once } from 'node:events'
import { expect, it, vi } from 'vitest'
import { Document } from '../helpers/documents.js'
import { isListening } from '../helpers/free-port.js'
import { describeOnUnix } from '../helpers/on-unix.js'
import { makeProject } from '../helpers/package.js'
import { until } from '../helpers/until.js'
import { type Started, start as startProgram } from '../hosts/program.js'

vi.setConfig({ testTimeout: 120_000 })

const [{ code: program } = { code: '' }] = new Document('docs/operations/shutdown.md').blocks

async function start(app = program, files: Record<string, string> = {}) {
  const folder = await makeProject({ files: { 'app.mjs': app, ...files } })
  const started = await startProgram(folder, 'app.mjs', { NODE_ENV: 'development' })
  const exit = once(started.child, 'exit').then(([code]) => code as number | null)
  return { ...started, exit }
}

const requestCode = async ({ browser }: Started): Promise<number> =>
  (await browser().postJson('/login', { email: 'ada@example.com' })).status

/** Tells the program to stop while the mail server has its mail and has not answered. */
async function stopWhileSending(app: Started): Promise<void> {
  app.smtp.hold()
  expect(await requestCode(app)).toBe(202)
  await app.smtp.waitFor(1)
  app.child.kill('SIGTERM')
}

describeOnUnix('the program that stops without losing mail', () => {
  it('sends the mails of requests that it has just answered', async () => {
    const app = await start()
    const browsers = [1, 2, 3]
    const answers = await Promise.all(browsers.map(() => requestCode(app)))
    expect(answers).toEqual(Array(3).fill(202))
    app.child.kill('SIGTERM')
    expect(await app.exit).toBe(0)
    const recipients = app.smtp.mails.map(({ envelope }) => envelope.to)
    expect(recipients).toEqual(Array(3).fill(['ada@example.com']))
    expect(app.output.text).toBe('')
  })

  it('waits for the answer of the mail server to a mail that is being sent', async () => {
    const app = await start()
    await stopWhileSending(app)
    await until(async () => !(await isListening(Number(new URL(app.origin).port))))
    expect(app.child.exitCode).toBeNull()
    app.smtp.release()
    expect(await app.exit).toBe(0)
    expect(app.output.text).toBe('')
  })

  it('answers a request whose mail takes as long as it may', async () => {
    const withoutAllowEmail = program.replace(/^ +allowEmail: .*\n/m, '')
    expect(withoutAllowEmail).not.toBe(program)
    // All time limits of the program and of the package, in a quarter of their time.
    const app = await start(
      `const later = globalThis.setTimeout
       globalThis.setTimeout = (run, ms, ...args) => later(run, ms / 4, ...args)
       await import('./slow-mail.mjs')`,
      { 'slow-mail.mjs': withoutAllowEmail },
    )
    app.smtp.hold()
    const answer = requestCode(app)
    await app.smtp.waitFor(1)
    app.child.kill('SIGTERM')
    expect(await answer).toBe(202)
    app.smtp.release()
    expect(await app.exit).toBe(0)
  })

  it('does not wait for that answer without idle', async () => {
    const app = await start(program.replace('await emailOtp.idle()', 'true'))
    await stopWhileSending(app)
    expect(await app.exit).toBe(0)
    app.smtp.release()
  })

  it('stops when the time of idle is over, and says that a mail was not sent', async () => {
    const app = await start(program.replace('idle()', 'idle({ timeoutSeconds: 1 })'))
    await stopWhileSending(app)
    expect(await app.exit).toBe(0)
    expect(app.output.text).toBe('Stopped before all mail was sent\n')
    app.smtp.release()
  })
})
