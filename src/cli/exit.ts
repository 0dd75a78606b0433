/** What the program's exit codes mean; `--help` prints the same table. */
export const EXIT = {
  signedIn: 0,
  notSignedIn: 1,
  usage: 2,
  mailNotSent: 3,
  /** 128 + SIGINT, as shells count. */
  interrupted: 130,
} as const

/** The end of the program other than by signing in: its exit code, and words for stderr. */
export class Exit extends Error {
  override readonly name = 'Exit'
  readonly exitCode: number

  constructor(exitCode: number, words: string) {
    super(words)
    this.exitCode = exitCode
  }
}

/** For a wrong command line or environment. */
export function usage(words: string): Exit {
  return new Exit(EXIT.usage, `${words}\nSee: npx passport-email-otp --help`)
}
