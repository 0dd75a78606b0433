import { EventEmitter } from 'node:events'
import { PassThrough } from 'node:stream'
import { finished } from 'node:stream/promises'
import { readTryArguments } from '../../src/cli/arguments.js'
import { EXIT, reportEnd } from '../../src/cli/exit.js'
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
      await tryInTerminal(readTryArguments(args, env), this)
    } catch (err) {
      code = reportEnd(err, this.stderr)
    }
    const read = [finished(this.stdout), finished(this.stderr)]
    this.stdout.end()
    this.stderr.end()
    await Promise.all(read)
    this.emit('close', code)
  }
}
