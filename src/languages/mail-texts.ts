/** The name of the application, such as `Acme`; `undefined` if the mailer has none. */
interface AppName {
  readonly appName: string | undefined
}

/**
 * What the code is for, in the application's own words for this language; `undefined` for a sign-in. In English
 * the words complete "Your code to …". In other languages they stand behind a colon, such as `E-Mail-Adresse ändern`.
 */
interface PurposeText {
  readonly purposeText: string | undefined
}

/** The code, with its leading zeros. */
interface Code {
  readonly code: string
}

/**
 * The sentences of a mail, in the order in which they are read.
 *
 * Apart from the code, no sentence may hold four digits in a row: phones offer to fill in such a number.
 */
export interface MailTexts {
  /** The subject. It begins with the code, because lists of mails and notifications cut off the end. */
  subject(parameters: Code & AppName & PurposeText): string
  /** The subject of applications that do not want the code in it (`codeInSubject: false`). */
  subjectWithoutCode(parameters: AppName & PurposeText): string
  /** One sentence with the code. Lists of mails show it after the subject. */
  codeSentence(parameters: Code & AppName & PurposeText): string
  /** Stands above the code, which is on a line of its own. */
  codeLabel(parameters: AppName & PurposeText): string
  /** How long the code can be used. */
  lifetime(parameters: {
    /** Whole minutes, 1 to 10. */
    readonly minutesLeft: number
  }): string
  /** The text of the link that opens the page and fills in the code. */
  readonly fillIn: string
  /** Next to that link: it has no effect in another browser. */
  readonly fillInWhere: string
  /** Where to enter the code. A reader compares the host with the address bar, which unmasks a false page. */
  enterOnlyAt(parameters: {
    /** The host of the application, such as `app.acme.example`. Do not inflect it. */
    readonly host: string
  }): string
  /** Where to enter the code, if the host is not known. */
  readonly enterOnlyWhereRequested: string
  /** A warning against callers who ask for the code. */
  readonly tellNobody: string
  /** Why the code is longer than usual. It must not say that no one got in, because that is not known. */
  lengthened(parameters: {
    /** How many digits the code has, 7 to 10. */
    readonly digits: number
  }): string
  /** Sign-in: what to do if the recipient did not request the code. */
  readonly notRequested: string
  /** Any other purpose: what to do if the recipient did not request the code. */
  readonly notRequestedForPurpose: string
  /** Second factor: the right password was entered, so a recipient who did not do it must change it. */
  readonly passwordEntered: string
}
