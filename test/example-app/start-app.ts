import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { expect, inject } from 'vitest'
import { ConfigError } from '../../example-app/config.js'
import type { Storage } from '../../example-app/storage-server.js'

const script = join(inject('built').folder, 'example-app/dist/server.js')

/** How long a start may take on a loaded machine, in milliseconds. */
export const START_LIMIT_MS = 120_000

export interface RunningApp {
  /** The URL that it printed. */
  readonly url: string
  /** Returns what it has printed so far. */
  output(): string
  /** Sends a signal, and resolves with the exit code. */
  stop(signal?: 'SIGINT' | 'SIGTERM'): Promise<number | null>
}

const secret = 'correct horse battery staple 0123456789'
/** What the app requires with a store or a mail server. */
export const SECRETS = { OTP_SECRET: secret, SESSION_SECRET: secret }

type Environment = Readonly<Record<string, string>>

/** Starts the built example app, on a free port unless `env` has one, until it prints its address. */
export async function startApp(env: Environment = {}): Promise<RunningApp> {
  const { child, output, ended } = launch({ PORT: '0', ...env })
  const url = await new Promise<string>((resolve, reject) => {
    // What a test preloads prints its own address on the other stream.
    let printed = ''
    child.stdout?.on('data', (data: Buffer) => {
      printed += data
      const [, found] = /(http:\/\/\S+)\n/.exec(printed) ?? []
      if (found) resolve(found)
    })
    ended.then(() => reject(new Error(`The app ended at its start: ${output()}`)))
  })
  return {
    url,
    output,
    stop: (signal = 'SIGTERM') => {
      child.kill(signal)
      return ended
    },
  }
}

/** Starts the built example app with an environment that it is expected to reject. */
export async function runApp(env: Environment) {
  const { output, ended } = launch({ PORT: '0', ...env })
  const code = await ended
  return { code, output: output() }
}

/** What the app prints if it cannot open the storage. Fails if it can. */
export async function whyNot(opening: Promise<Storage>): Promise<string> {
  const err: unknown = await opening.then(
    async (storage) => storage.close(),
    (thrown) => thrown,
  )
  expect(err).toBeInstanceOf(ConfigError)
  return (err as ConfigError).message
}

/** The lines that the app has printed. */
export function saidBy(output: string): string[] {
  return output.trim().split('\n')
}

/** Ends the apps that a failed test has left running. For `afterEach` or `afterAll`. */
export function endApps(): void {
  for (const child of running) child.kill('SIGKILL')
}

const running = new Set<ChildProcess>()

function launch(env: Environment) {
  const { PATH = '' } = process.env
  // No other variable is passed on, because a test must not use a developer's own SMTP_URL.
  const child: ChildProcess = spawn(process.execPath, [script], { env: { PATH, ...env } })
  running.add(child)
  let output = ''
  const keep = (data: Buffer) => {
    output += data
  }
  child.stdout?.on('data', keep)
  child.stderr?.on('data', keep)
  const ended = once(child, 'close').then(([code]) => {
    running.delete(child)
    return code as number | null
  })
  return { child, output: () => output, ended }
}
