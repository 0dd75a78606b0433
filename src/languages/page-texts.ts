import type { PendingEnded } from '../info.js'

/**
 * All sentences of the sign-in page in one language, apart from those of the reasons.
 *
 * A parameter is inserted as a whole and may stand anywhere in its sentence. No text may hold four or more digits
 * in a row: phones offer to fill in a number of that length, and must not find a second one.
 */
export interface PageTexts {
  /** The title of the document, which says its state. Some of them are headings too. */
  readonly titles: PageTitles
  /** Above the address field of a sign-in. */
  readonly signInIntro: string
  /** Above the button that requests a code, where the application knows the address of the user. */
  readonly confirmIntro: string
  readonly emailLabel: string
  readonly requestButton: string
  /** `digits`: the length of the code, 6 to 10. */
  readonly codeSentTo: (parameters: { readonly digits: number; readonly email: string }) => string
  /** The same where mail is only sent to addresses with an account: it must not say whether there is one. */
  readonly codeSentIfKnown: (parameters: {
    readonly digits: number
    readonly email: string
  }) => string
  /** `minutes`: whole minutes, 1 to 10. */
  readonly codeLifetime: (parameters: { readonly minutes: number }) => string
  readonly codeLabel: string
  /** Beside a tick box, without a full stop: no code is needed on this browser. `days`: whole days, 1 to 90. */
  readonly trustBrowser: (parameters: { readonly days: number }) => string
  /** Below the code field of a sign-in. */
  readonly signInButton: string
  /** Below the code field of any other purpose, such as a change of the address. */
  readonly confirmButton: string
  /** After the link of the mail has filled in the code. The user still has to press the button. */
  readonly codeFilledIn: string
  /**
   * The link of a mail was opened in a browser that requested no code. An attacker may have requested it and now talks
   * to the user. Or the user requested it elsewhere.
   */
  readonly notRequestedHere: string
  /** The link belongs to another request than the one of this browser: to an older mail, or to an attacker's. */
  readonly otherLink: string
  readonly noMailHeading: string
  readonly noMailAdvice: string
  readonly resendButton: string
  /** `time`: minutes and seconds, such as `0:25`. It counts down. */
  readonly resendWait: (parameters: { readonly time: string }) => string
  /** Replaces `resendWait` and is read out when the time is over. */
  readonly resendReady: string
  /** After a mail that was not sent, while the code of an earlier mail can be entered. */
  readonly codeStillWorks: string
  readonly newCodeButton: string
  /** Why the code can no longer be used. */
  readonly ended: Readonly<Record<PendingEnded, (parameters: { readonly email: string }) => string>>
  /** Opens a second address field. */
  readonly otherAddress: string
  /** Below the second address field. */
  readonly otherAddressButton: string
  /** The link to the page that signs users in, where a code is only the second step. */
  readonly signInLink: string
  /** On a button while its request is on the way. */
  readonly busy: string
  /** For an operational failure. The user can only wait. */
  readonly failed: string
}

/** The titles of the page's states. */
export interface PageTitles {
  readonly signIn: string
  /** A code that confirms something, for a user who is signed in or has entered a password. */
  readonly confirm: string
  readonly checkEmail: string
  readonly enterCode: string
  /** After a request for a code. */
  readonly codeSent: string
  /** The code was wrong, incomplete or missing. */
  readonly checkCode: string
  /** The code can no longer be used. */
  readonly newCode: string
  readonly rateLimited: string
  readonly notSent: string
  /** The application refused the address. */
  readonly notAllowed: string
  readonly signInFirst: string
  /** The request was not accepted, and can be sent again. */
  readonly tryAgain: string
  /** Something is broken on the server. */
  readonly failed: string
}
