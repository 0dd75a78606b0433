import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { EXIT, Exit } from './exit.js'

/** The terminal of the user, or a pipe in its place. */
export interface Terminal {
  /** Prints one or more lines on stdout. */
  print(text?: string): void
  /** Prints one or more lines on stderr. */
  printError(text: string): void
  /**
   * Prints the prompt and waits for a line.
   *
   * @throws {Exit} when the input has ended
   */
  readLine(prompt: string): Promise<string>
  /** Rejects with an {@link Exit} on Ctrl-C. */
  readonly interrupted: Promise<never>
  /** Releases the keyboard. */
  close(): void
}

/** What a terminal needs of the process. */
export interface Program {
  readonly stdin: Readable & { readonly isTTY?: boolean }
  readonly stdout: Writable & { readonly isTTY?: boolean }
  readonly stderr: Writable
  on(signal: 'SIGINT', stop: () => void): unknown
}

export const ENDED = 'The input ended before a right code was entered. Not signed in.'
export const STOPPED = 'Stopped. Not signed in.'

/**
 * Opens stdin and stdout. Lines are queued when they arrive. `readline.question` would drop lines of a pipe
 * that arrive between two prompts, and between prompts it would pause the keyboard, including Ctrl-C.
 */
export function openTerminal(program: Program): Terminal {
  const { stdin, stdout, stderr } = program
  const isInteractive = stdin.isTTY === true && stdout.isTTY === true
  const readline = createInterface({
    input: stdin,
    output: stdout,
    terminal: isInteractive,
    historySize: 0,
  })
  const lines: string[] = []
  let isPrompting = false
  let ended = false
  let wake = () => {}
  // A terminal that was closed, or a directory as stdin: there is no more input.
  stdin.once('error', () => readline.close())
  readline.on('line', (line) => {
    lines.push(line)
    wake()
  })
  readline.on('close', () => {
    ended = true
    wake()
  })

  /** Ends the line of the prompt if no typed line ended it: before a message, and after a line of a pipe. */
  const endPrompt = () => {
    if (isPrompting) stdout.write('\n')
    isPrompting = false
  }

  const interrupted = new Promise<never>((_resolve, reject) => {
    const stop = () => {
      endPrompt()
      reject(new Exit(EXIT.interrupted, STOPPED))
    }
    // Both listeners stay: the terminal sends the signal, and a wrapper like npm may send it once more.
    readline.on('SIGINT', stop)
    program.on('SIGINT', stop)
  })
  interrupted.catch(() => {})

  return {
    interrupted,
    print: (text = '') => void stdout.write(`${text}\n`),
    printError: (text) => void stderr.write(`${text}\n`),
    async readLine(prompt) {
      isPrompting = true
      if (ended) stdout.write(prompt)
      else {
        readline.setPrompt(prompt)
        readline.prompt()
      }
      while (lines.length === 0 && !ended) {
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
      const line = lines.shift()
      if (line === undefined || !isInteractive) endPrompt()
      isPrompting = false
      if (line === undefined) throw new Exit(EXIT.notSignedIn, ENDED)
      return line
    },
    close: () => readline.close(),
  }
}
