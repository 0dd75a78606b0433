import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { AttemptRequest, OpenRequest } from 'passport-email-otp'
import { inject, onTestFinished } from 'vitest'
import type { SharedStore } from './listed/store.js'

export interface StoreProcesses {
  /** Splits the requests among the processes, which make them at once. Returns how often each outcome came. */
  atOnce(verb: 'attempt', requests: AttemptRequest[]): Promise<Record<string, number>>
  atOnce(verb: 'open', requests: OpenRequest[]): Promise<Record<string, number>>
}

/** Starts processes that each have their own connection to a store, until the test ends. */
export async function startProcesses(
  count: number,
  { connect, where }: SharedStore,
): Promise<StoreProcesses> {
  const children = Array.from({ length: count }, () => startProcess(connect, where))
  onTestFinished(async () => {
    for (const child of children) child.kill('SIGKILL')
    await Promise.all(children.map((child) => hasEnded(child) || once(child, 'exit')))
  })
  await Promise.all(children.map((child) => answerOf(child)))
  return {
    atOnce: async (verb: string, requests: unknown[]) => {
      const answers = children.map((child, i) => {
        const answer = answerOf<string[]>(child)
        child.send({ verb, requests: requests.filter((_, n) => n % count === i) })
        return answer
      })
      const counts: Record<string, number> = {}
      for (const outcome of (await Promise.all(answers)).flat()) {
        counts[outcome] = (counts[outcome] ?? 0) + 1
      }
      return counts
    },
  }
}

/** Starts one process that connects to a store. It sends a message once it is connected. */
export function startProcess(connect: string, where: object): ChildProcess {
  const dist = pathToFileURL(join(inject('built').folder, 'dist/esm')).href
  return fork(join(import.meta.dirname, 'worker.mjs'), [dist, connect, JSON.stringify(where)])
}

export function answerOf<Answer>(child: ChildProcess): Promise<Answer> {
  return new Promise((resolve, reject) => {
    child.once('message', (answer) => resolve(answer as Answer))
    child.once('exit', (code, signal) =>
      reject(new Error(`The process ended with ${code ?? signal}`)),
    )
  })
}

export const hasEnded = ({ exitCode, signalCode }: ChildProcess) =>
  exitCode !== null || signalCode !== null
