/** What the texts of a mail are made of. */
export interface Words {
  /** Name of the application; `undefined` where it has none. */
  readonly appName: string | undefined
  /** What the code is for: `'login'`, or whatever a route says. */
  readonly purpose: string
  /** The purpose in words, to complete "Your code to …"; `undefined` for a sign-in. */
  readonly purposeText: string | undefined
  /** The code, with its leading zeros. */
  readonly code: string
  /** Whole minutes that the code still works, at least 1. */
  readonly minutesLeft: number
}

/**
 * All that a mail says, in one language; another language is another such object.
 *
 * No text may hold 4 to 8 digits in a row besides the code: phones offer to fill in what looks like
 * one, and must not find two.
 */
export interface MailTexts {
  /** BCP 47 tag, for the `lang` of the HTML part. */
  readonly lang: string
  /** The code comes first: lists of mails and notifications cut the end off. */
  subject(words: Words): string
  /** The subject under `codeInSubject: false`. */
  subjectWithoutCode(words: Words): string
  /** The beginning of the sentence that ends with the code. */
  intro(words: Words): string
  lifetime(words: Words): string
  secrecy(words: Words): string
  notAsked(words: Words): string
}

export const english: MailTexts = {
  lang: 'en',
  subject: (words) => `${words.code} is your ${named(words, words.appName ? 'code' : kind(words))}`,
  subjectWithoutCode: (words) => `Your ${named(words, kind(words))}`,
  intro: (words) => `Your ${named(words, kind(words))} is`,
  lifetime: ({ minutesLeft }) =>
    `It works for ${minutesLeft} ${minutesLeft === 1 ? 'minute' : 'minutes'}.`,
  secrecy: () =>
    'Enter it only on the page where you asked for it. ' +
    'Never give it to anyone, whoever they say they are.',
  notAsked: ({ purpose }) =>
    `If you didn't ask for it, ignore this mail: ` +
    `${purpose === 'login' ? 'nobody can sign in' : 'nothing happens'} without the code.`,
}

function kind({ purpose, purposeText }: Words): string {
  if (purpose === 'login') return 'sign-in code'
  return purposeText ? `code to ${purposeText}` : 'code'
}

function named({ appName }: Words, what: string): string {
  return appName ? `${appName} ${what}` : what
}
