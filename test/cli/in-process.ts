import { EventEmitter } from 'node:events'
import { createInterface } from 'node:readline'
import { PassThrough } from 'node:stream'
import { finished } from 'node:stream/promises'
import { readTryArguments } from '../../src/cli/arguments.js'
import { EXIT, Exit, reportEnd } from '../../src/cli/exit.js'
import type { Terminal } from '../../src/cli/terminal.js'
import { tryInTerminal } from '../../src/cli/try.js'
import { Run, type Started, type StartOptions } from './program.js'

/**
 * Runs `try` in the process of the test, with the functions that the program calls: a start of Node takes longer than
 * most of these tests. The program's own start, its streams, signals and exit are tested with `start`.
 */
export function tryHere(args: readonly string[], options: Omit<StartOptions, 'program'> = {}): Run {
  const { env = {}, secret } = options
  return new Run(new InProcess(args, env), secret)
}

class InProcess extends EventEmitter implements Started {
  readonly stdin = new PassThrough()
  readonly stdout = new PassThrough()
  readonly stderr = new PassThrough()

  constructor(args: readonly string[], env: Record<string, string>) {
    super()
    // Not before the caller has its listeners.
    setImmediate(() => this.#run(args, env))
  }

  /** Ends the input, and so the run. A signal would reach the process of the test. */
  kill(): void {
    this.stdin.end()
  }

  async #run(args: readonly string[], env: Record<string, string>): Promise<void> {
    let code: number = EXIT.signedIn
    try {
      await tryInTerminal(readTryArguments(args, env), () => this.#openTerminal())
    } catch (err) {
      code = reportEnd(err, this.stderr)
    }
    const read = [finished(this.stdout), finished(this.stderr)]
    this.stdout.end()
    this.stderr.end()
    await Promise.all(read)
    this.emit('close', code)
  }

  /** Prints what the real terminal prints if stdin and stdout are pipes. */
  #openTerminal(): Terminal {
    const readline = createInterface({ input: this.stdin })
    const lines = readline[Symbol.asyncIterator]()
    return {
      print: (text = '') => void this.stdout.write(`${text}\n`),
      printError: (text) => void this.stderr.write(`${text}\n`),
      readLine: async (prompt) => {
        this.stdout.write(prompt)
        const { value, done } = await lines.next()
        this.stdout.write('\n')
        if (done) throw new Exit(EXIT.notSignedIn, 'The input ended.')
        return value
      },
      interrupted: new Promise(() => {}),
      close: () => readline.close(),
    }
  }
}
