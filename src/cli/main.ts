#!/usr/bin/env node
import { readTryArguments } from './arguments.js'
import { EXIT, Exit, reportEnd } from './exit.js'
import { HELP } from './help.js'
import { packageVersion } from './version.js'

const { argv, env, stderr, stdout } = process

async function main([command, ...args]: readonly string[]): Promise<void> {
  const all = [command, ...args]
  if (all.includes('--help') || all.includes('-h') || command === 'help') {
    stdout.write(HELP)
  } else if (all.includes('--version') || all.includes('-v')) {
    stdout.write(`${packageVersion()}\n`)
  } else if (command === 'try') {
    const given = readTryArguments(args, env)
    // Both load the whole package, which no other command needs.
    if (given.route.catch && given.route.page) {
      const { tryInBrowser } = await import('./try-in-browser.js')
      await tryInBrowser(given.route.from)
    } else {
      const { tryInTerminal } = await import('./try.js')
      await tryInTerminal(given)
    }
  } else {
    const message = command === undefined ? 'No command is given.' : 'The only command is "try".'
    throw new Exit(EXIT.usage, `${message}\n\n${HELP.trimEnd()}`)
  }
}

// One user in one process: the memory store is right here, and its warning for servers would confuse.
delete env.NODE_ENV

let isStopping = false
process.once('SIGINT', () => {
  isStopping = true
  // Where nothing has been started that handles the signal too, this listener must not hold the program up.
  if (process.listenerCount('SIGINT') === 0) process.exit(EXIT.interrupted)
})

// The reader of the output may end first (`| head -1`). Then no message can reach it. Ctrl-C ends a reader such as `tee`
// too, and the program then ends as without one.
stdout.on('error', () => {
  if (!isStopping) process.exit(EXIT.notSignedIn)
})
// Where the reader of the messages has ended (`2>&1 | true`), the exit code still tells the reason.
stderr.on('error', () => {})
process.on('uncaughtException', (err) => process.exit(reportEnd(err)))

main(argv.slice(2)).catch((err) => {
  process.exitCode = reportEnd(err)
  // A mail that is being sent can take seconds. Ctrl-C must end the program at once.
  if (process.exitCode === EXIT.interrupted) process.exit()
})
