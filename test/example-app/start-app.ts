import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const script = fileURLToPath(new URL('../../scripts/start.mjs', import.meta.url))

/** How long a start may take where everything has to be built first. */
export const BUILD_MS = 120_000

export interface RunningApp {
  /** Where it said that it serves. */
  readonly url: string
  /** What it has printed so far. */
  output(): string
  /** Sends a signal, and resolves with the exit code. */
  stop(signal?: 'SIGINT' | 'SIGTERM'): Promise<number | null>
}

type Environment = Readonly<Record<string, string>>

/** Runs what `npm start` runs, on a free port unless `env` has one, until it prints its address. */
export async function startApp(env: Environment = {}): Promise<RunningApp> {
  const { child, output, ended } = launch({ PORT: '0', ...env })
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout?.on('data', () => {
      const [, found] = /Sign in at +(\S+)\n/.exec(output()) ?? []
      if (found) resolve(found)
    })
    ended.then(() => reject(new Error(`the app ended at its start: ${output()}`)))
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

/** Runs what `npm start` runs where it is expected to refuse. */
export async function runApp(env: Environment) {
  const { output, ended } = launch({ PORT: '0', ...env })
  const code = await ended
  return { code, output: output() }
}

/** What the app said, line by line, without what its build did. */
export function saidBy(output: string): string[] {
  return output
    .trim()
    .split('\n')
    .filter((line) => !line.startsWith('Building '))
}

/** Ends what a failed test has left running. For `afterEach` or `afterAll`. */
export function endApps(): void {
  for (const child of running) child.kill('SIGKILL')
}

const running = new Set<ChildProcess>()

function launch(env: Environment) {
  const { PATH = '' } = process.env
  // Nothing else is handed on: a developer's own SMTP_URL must not be used by a test.
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
