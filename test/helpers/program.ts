import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import { onFileFinished } from './file-end.js'
import { freePort } from './free-port.js'
import { type Smtp, startSmtp } from './smtp.js'

export interface Program {
  /** Where it answers. */
  readonly origin: string
  /** The mail server that it was given. */
  readonly smtp: Smtp
  /** What it printed so far. */
  readonly output: { text: string }
  readonly child: ChildProcess
}

/**
 * Starts a Node program that listens on `PORT` and mails to `SMTP_URL`, and waits until it answers. It ends with the
 * test file, so that several tests can share it.
 */
export async function startProgram(
  folder: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Program> {
  const { PORT: port = String(await freePort()) } = env
  const smtp = await startSmtp()
  onFileFinished(() => smtp.close())
  const child = spawn(process.execPath, args, {
    cwd: folder,
    env: { PATH: process.env.PATH, PORT: port, SMTP_URL: smtp.url, ...env },
  })
  onFileFinished(() => {
    if (child.exitCode === null && child.signalCode === null) end(child.pid)
  })
  const output = { text: '' }
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output.text += text
    })
  }
  const origin = `http://127.0.0.1:${port}`
  await untilItAnswers(origin, child, output)
  return { origin, smtp, output, child }
}

/**
 * Ends a program with all that it has started: tsx runs it in another process, which would go on. Also ends one that is
 * stopped, which a SIGTERM does not.
 */
function end(pid: number | undefined): void {
  if (pid === undefined) return
  for (const child of childrenOf(pid)) end(child)
  try {
    process.kill(pid, 'SIGKILL')
  } catch (err) {
    if ((err as NodeJS.ErrnoException).code !== 'ESRCH') throw err
  }
}

/** Each thread has a list of what it has started. */
function childrenOf(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
      readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8')
        .split(' ')
        .filter(Boolean)
        .map(Number),
    )
  } catch {
    return [] // it has ended, or the system has no /proc
  }
}

async function untilItAnswers(origin: string, child: ChildProcess, output: { text: string }) {
  const ended = once(child, 'exit').then(() => {
    throw new Error(`the program ended:\n${output.text}`)
  })
  ended.catch(() => {})
  const answers = async (): Promise<void> => {
    while (!(await fetch(origin, { redirect: 'manual' }).catch(() => false))) await wait(20)
  }
  await Promise.race([answers(), ended])
}
