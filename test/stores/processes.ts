import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, inject } from 'vitest'
import type { SharedStore } from './listed/store.js'
import { type AtOnce, countOf } from './races.js'

/**
 * Starts processes for the tests of a file. Returns the function that connects each of them to a store, and shares
 * requests among them. A process takes longer to start than the tests of a store take.
 */
export function useProcesses(count: number): (shared: SharedStore) => Promise<AtOnce> {
  let children: readonly ChildProcess[] = []
  beforeAll(() => {
    children = Array.from({ length: count }, startProcess)
  })
  afterAll(async () => {
    for (const child of children) child.kill('SIGKILL')
    await Promise.all(children.map((child) => hasEnded(child) || once(child, 'exit')))
  })
  return async (shared) => {
    await Promise.all(children.map((child) => connect(child, shared)))
    return async (verb: string, requests: readonly object[]) => {
      const answers = children.map((child, i) => {
        const answer = answerOf<string[]>(child)
        child.send({ verb, requests: requests.filter((_, n) => n % count === i) })
        return answer
      })
      return countOf((await Promise.all(answers)).flat())
    }
  }
}

/** Starts one process, which is connected to no store yet. */
export function startProcess(): ChildProcess {
  const dist = pathToFileURL(join(inject('built').folder, 'dist/esm')).href
  return fork(join(import.meta.dirname, 'worker.mjs'), [dist])
}

export async function connect(
  child: ChildProcess,
  { connect, where }: Pick<SharedStore, 'connect' | 'where'>,
): Promise<void> {
  child.send({ connect, where })
  await answerOf(child)
}

export function answerOf<Answer>(child: ChildProcess): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const ended = (code: number | null, signal: string | null) =>
      reject(new Error(`The process ended with ${code ?? signal}`))
    child.once('exit', ended)
    child.once('message', (answer) => {
      child.off('exit', ended)
      resolve(answer as Answer)
    })
  })
}

export const hasEnded = ({ exitCode, signalCode }: ChildProcess) =>
  exitCode !== null || signalCode !== null
