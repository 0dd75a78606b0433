#!/usr/bin/env node
import { readTryArguments } from './arguments.js'
import { EXIT, Exit } from './exit.js'
import { HELP } from './help.js'
import { tryInTerminal } from './try.js'
import { packageVersion } from './version.js'

const { argv, env, stdout, stderr } = process

async function main([command, ...args]: readonly string[]): Promise<void> {
  const all = [command, ...args]
  if (all.includes('--help') || all.includes('-h') || command === 'help') {
    stdout.write(HELP)
  } else if (command === '--version' || command === '-v') {
    stdout.write(`${packageVersion(argv[1] ?? '.')}\n`)
  } else if (command === 'try') {
    await tryInTerminal(readTryArguments(args, env))
  } else {
    const words = command === undefined ? 'Say what to do.' : 'There is one command: "try".'
    throw new Exit(EXIT.usage, `${words}\n\n${HELP.trimEnd()}`)
  }
}

/** Says in words why it ended. What nobody foresaw gets one line too: a trace helps no visitor. */
function explain(err: unknown): number {
  if (err instanceof Exit) {
    stderr.write(`${err.message}\n`)
    return err.exitCode
  }
  stderr.write(`Something unexpected went wrong: ${err instanceof Error ? err.message : err}\n`)
  return EXIT.notSignedIn
}

// One person in one process: the memory store is right here, so its warning for servers is not wanted.
delete env.NODE_ENV

// Whoever reads the output may go away first (`| head -1`): then nobody is left to tell.
stdout.on('error', () => process.exit(EXIT.notSignedIn))
process.on('uncaughtException', (err) => process.exit(explain(err)))

main(argv.slice(2)).catch((err) => {
  process.exitCode = explain(err)
  // A mail may be on its way, with seconds to its time limit; Ctrl-C means now.
  if (process.exitCode === EXIT.interrupted) process.exit()
})
