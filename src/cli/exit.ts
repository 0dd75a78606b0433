/** The program's exit codes. `--help` prints what they mean. */
export const EXIT = {
  signedIn: 0,
  notSignedIn: 1,
  usage: 2,
  mailNotSent: 3,
  /** 128 + SIGINT, as shells count. */
  interrupted: 130,
} as const

/** Ends the program without a sign-in, with an exit code and a message for stderr. */
export class Exit extends Error {
  override readonly name = 'Exit'
  readonly exitCode: number

  constructor(exitCode: number, message: string) {
    super(message)
    this.exitCode = exitCode
  }
}

export const SEE_HELP = 'See: npx passport-email-otp --help'

/** The exit for a wrong command line or environment. */
export function usage(message: string): Exit {
  return new Exit(EXIT.usage, `${message}\n${SEE_HELP}`)
}

/** Prints why the program ended and returns its exit code. A stack trace would not help the user. */
export function reportEnd(err: unknown, stderr: NodeJS.WritableStream = process.stderr): number {
  if (err instanceof Exit) {
    stderr.write(`${err.message}\n`)
    return err.exitCode
  }
  stderr.write(`An unexpected error occurred: ${err instanceof Error ? err.message : err}\n`)
  return EXIT.notSignedIn
}
