import { spawn } from 'node:child_process'
import { join } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import { expect, inject, onTestFinished } from 'vitest'

export {
  ADDRESS_PROMPT as ADDRESS,
  CODE_PROMPT as CODE,
  NEW_CODE_PROMPT as NEW,
} from '../../src/cli/sign-in.js'

/** The program as npm installs it. */
export const PROGRAM = join(inject('built').folder, 'dist/esm/cli/main.js')

/** The result of a run. */
export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface StartOptions {
  /** Added to an environment that only has a PATH. */
  readonly env?: Record<string, string>
  /** A text that the output must not contain. */
  readonly secret?: string
  readonly program?: string
}

/** Starts the real program, with pipes instead of a terminal. */
export function start(args: readonly string[], options: StartOptions = {}): Run {
  const { env = {}, program = PROGRAM } = options
  const child = spawn(process.execPath, [program, ...args], {
    env: { PATH: process.env.PATH, ...env },
    stdio: 'pipe',
  })
  return new Run(child, options.secret)
}

/** What a {@link Run} needs of a process. */
export interface Started {
  readonly stdin: Writable | null
  readonly stdout: Readable | null
  readonly stderr: Readable | null
  on(event: 'close', listener: (code: number | null) => void): unknown
  kill(signal: 'SIGINT' | 'SIGKILL'): unknown
}

export class Run {
  #stdout = ''
  #stderr = ''
  #read = 0
  #wake = () => {}
  #ended: Ended | undefined
  readonly #child: Started
  readonly #secret: string | undefined

  constructor(child: Started, secret?: string) {
    this.#child = child
    this.#secret = secret
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.#stdout += text
      this.#wake()
    })
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr += text
      this.#wake()
    })
    child.stdin?.on('error', () => {}) // the program may have ended
    child.on('close', (code) => {
      this.#ended = { code, stdout: this.#stdout, stderr: this.#stderr }
      this.#wake()
    })
    onTestFinished(() => void child.kill('SIGKILL'))
  }

  /** Waits for this text on stdout, after the text of the last call. Returns what was printed between them. */
  async until(text: string): Promise<string> {
    for (;;) {
      const at = this.#stdout.indexOf(text, this.#read)
      if (at >= 0) {
        const before = this.#stdout.slice(this.#read, at)
        this.#read = at + text.length
        return before
      }
      if (this.#ended) {
        const rest = this.#stdout.slice(this.#read)
        throw new Error(`The program ended without "${text}":\n${rest}\nstderr:\n${this.#stderr}`)
      }
      await this.#change()
    }
  }

  /** Waits for a prompt and answers it. Returns what was printed before the prompt. */
  async answer(prompt: string, line: string): Promise<string> {
    const before = await this.until(prompt)
    this.type(`${line}\n`)
    return before
  }

  type(keys: string): void {
    this.#child.stdin?.write(keys)
  }

  /** Ends the input, as Ctrl-D or the end of a pipe does. */
  endInput(): void {
    this.#child.stdin?.end()
  }

  interrupt(): void {
    this.#child.kill('SIGINT')
  }

  stopReading(stream: 'stdout' | 'stderr' = 'stdout'): void {
    this.#child[stream]?.destroy()
  }

  /** Waits until the program has ended by itself. Its input is still open unless the test has ended it. */
  async ended(): Promise<Ended> {
    while (!this.#ended) await this.#change()
    const all = this.#ended.stdout + this.#ended.stderr
    expect(all, 'a stack trace').not.toMatch(/^\s+at .*:\d+:\d+\)?$/m)
    expect(all, 'internals').not.toMatch(/node:internal|UnhandledPromise|\[object |undefined/)
    if (this.#secret !== undefined) expect(all).not.toContain(this.#secret)
    return this.#ended
  }

  #change(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve
    })
  }
}
