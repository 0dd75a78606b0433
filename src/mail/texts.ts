/** What the texts of a mail can mention. */
export interface TextParameters {
  /** Name of the application; `undefined` if the mailer has none. */
  readonly appName: string | undefined
  /** What the code is issued for; `'login'` unless a route names another purpose. */
  readonly purpose: string
  /** The purpose in words, to complete "Your code to …"; `undefined` exactly for a sign-in. */
  readonly purposeText: string | undefined
  /** The code, with its leading zeros. */
  readonly code: string
  /** Whole minutes until the code expires, at least 1. */
  readonly minutesLeft: number
}

/**
 * All texts of a mail in one language. Another language is another such object.
 *
 * Apart from the code, no text may hold 4 to 8 digits in a row: phones offer to fill in a number of that
 * length, and must not find a second one.
 */
export interface MailTexts {
  /** BCP 47 tag, for the `lang` of the HTML part. */
  readonly lang: string
  /** The code comes first, because lists of mails and notifications cut off the end. */
  subject(parameters: TextParameters): string
  /** The subject with `codeInSubject: false`. */
  subjectWithoutCode(parameters: TextParameters): string
  /** The sentence that states the code, in the preview. */
  codeSentence(parameters: TextParameters): string
  /** Stands above the code, in both parts. */
  codeLabel(parameters: TextParameters): string
  lifetime(parameters: TextParameters): string
  secrecy(parameters: TextParameters): string
  /** For a recipient who did not request the code. */
  notRequested(parameters: TextParameters): string
}

export const english: MailTexts = {
  lang: 'en',
  subject({ appName, purposeText, code }) {
    if (appName !== undefined) return `${code} is your ${appName} code`
    if (purposeText !== undefined) return `${code} is your code to ${purposeText}`
    return `${code} is your sign-in code`
  },
  subjectWithoutCode({ appName, purposeText }) {
    if (purposeText === undefined) {
      return appName === undefined ? 'Your sign-in code' : `Your ${appName} sign-in code`
    }
    return appName === undefined
      ? `Your code to ${purposeText}`
      : `Your ${appName} code to ${purposeText}`
  },
  codeSentence({ appName, purposeText, code }) {
    if (purposeText === undefined) {
      return appName === undefined
        ? `Your sign-in code is ${code}.`
        : `Your ${appName} sign-in code is ${code}.`
    }
    return appName === undefined
      ? `Your code to ${purposeText} is ${code}.`
      : `Your ${appName} code to ${purposeText} is ${code}.`
  },
  codeLabel({ appName, purposeText }) {
    if (purposeText === undefined) {
      return appName === undefined ? 'Your sign-in code:' : `Your ${appName} sign-in code:`
    }
    return appName === undefined
      ? `Your code to ${purposeText}:`
      : `Your ${appName} code to ${purposeText}:`
  },
  lifetime({ minutesLeft }) {
    return minutesLeft === 1 ? 'It works for 1 minute.' : `It works for ${minutesLeft} minutes.`
  },
  secrecy() {
    return (
      'Enter it only on the page where you requested it. ' +
      'Do not give it to anyone, even if they say that they work for us.'
    )
  },
  notRequested({ purposeText }) {
    return purposeText === undefined
      ? 'If you did not request it, ignore this mail. Signing in is not possible without the code.'
      : 'If you did not request it, ignore this mail. Nothing happens without the code.'
  },
}
