import { createInterface } from 'node:readline'
import { EXIT, Exit } from './exit.js'

/** The person at the keyboard, or the pipe in its place. */
export interface Terminal {
  /** Prints a line, or several, on stdout. */
  say(text?: string): void
  /** Prints a line, or several, on stderr. */
  complain(text: string): void
  /**
   * Prompts and waits for a line.
   *
   * @throws {Exit} when the input has ended
   */
  ask(prompt: string): Promise<string>
  /** Rejects with an {@link Exit} on Ctrl-C, whatever else is being waited for. */
  readonly interrupted: Promise<never>
  /** Gives the keyboard back. */
  close(): void
}

const ENDED = 'The input ended before a right code was entered. Nobody is signed in.'
const STOPPED = 'Stopped. Nobody is signed in.'

/**
 * Opens stdin and stdout. Lines are queued as they come, because readline drops those of a pipe
 * that nobody is asking for, and pauses the keyboard, Ctrl-C included, while nobody asks.
 */
export function openTerminal(): Terminal {
  const { stdin, stdout, stderr } = process
  const live = stdin.isTTY === true && stdout.isTTY === true
  const readline = createInterface({
    input: stdin,
    output: stdout,
    terminal: live,
    historySize: 0,
  })
  const lines: string[] = []
  let asking = false
  let ended = false
  let wake = () => {}
  // A terminal that went away, a directory as stdin: no more input either way.
  stdin.once('error', () => readline.close())
  readline.on('line', (line) => {
    lines.push(line)
    wake()
  })
  readline.on('close', () => {
    ended = true
    wake()
  })

  /** After an answer that nobody saw being typed, and before words that interrupt a prompt. */
  const endPrompt = () => {
    if (asking) stdout.write('\n')
    asking = false
  }

  const interrupted = new Promise<never>((_resolve, reject) => {
    const stop = () => {
      endPrompt()
      reject(new Exit(EXIT.interrupted, STOPPED))
    }
    // Both stay: a wrapper like npm may pass on a signal that the terminal has sent as well.
    readline.on('SIGINT', stop)
    process.on('SIGINT', stop)
  })
  interrupted.catch(() => {})

  return {
    interrupted,
    say: (text = '') => void stdout.write(`${text}\n`),
    complain: (text) => void stderr.write(`${text}\n`),
    async ask(prompt) {
      asking = true
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
      if (line === undefined || !live) endPrompt()
      asking = false
      if (line === undefined) throw new Exit(EXIT.notSignedIn, ENDED)
      return line
    },
    close: () => readline.close(),
  }
}
