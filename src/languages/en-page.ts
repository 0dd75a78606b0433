import type { PageTexts } from './page-texts.js'

/** "8" is the only number from 6 to 10 that is spoken with a vowel first. */
const aCode = (digits: number) => `${digits === 8 ? 'an' : 'a'} ${digits}-digit code`

export const englishPage: PageTexts = {
  titles: {
    signIn: 'Sign in',
    confirm: 'Confirm with a code',
    checkEmail: 'Check the e-mail address',
    enterCode: 'Enter the code',
    codeSent: 'Enter the code from the mail',
    checkCode: 'Check the code',
    newCode: 'Request a new code',
    rateLimited: 'Too many codes requested',
    notSent: 'The mail was not sent',
    notAllowed: 'Sign-in refused',
    signInFirst: 'Sign in first',
    tryAgain: 'Try again',
    failed: 'Something went wrong',
  },
  signInIntro: 'We will send you a code by e-mail. You do not need a password.',
  confirmIntro: 'We will send a code to your e-mail address.',
  emailLabel: 'E-mail address',
  requestButton: 'Send me a code',
  codeSentTo: ({ digits, email }) => `We sent ${aCode(digits)} to ${email}.`,
  codeSentIfKnown: ({ digits, email }) =>
    `If ${email} can sign in here, we sent ${aCode(digits)} to it.`,
  codeLifetime: ({ minutes }) =>
    minutes === 1 ? 'The code works for 1 minute.' : `The code works for ${minutes} minutes.`,
  codeLabel: 'Code from the mail',
  signInButton: 'Sign in',
  confirmButton: 'Confirm',
  noMailHeading: 'No mail yet?',
  noMailAdvice:
    'The mail can take a minute to arrive. Check the spam folder, and check the address above.',
  resendButton: 'Send the mail again',
  resendWait: ({ time }) => `You can request another mail in ${time}.`,
  resendReady: 'You can request another mail now.',
  codeStillWorks: 'The code that you already have still works.',
  newCodeButton: 'Send me a new code',
  ended: {
    not_sent: ({ email }) => `No mail could be sent to ${email}. Check the address.`,
    spent: ({ email }) =>
      `Too many wrong codes were entered. The code for ${email} no longer works.`,
    expired: ({ email }) => `The code for ${email} has expired.`,
    too_short: ({ email }) =>
      `Wrong codes were entered for ${email}, so it now needs a longer code.`,
    gone: ({ email }) => `The code for ${email} no longer works.`,
  },
  otherAddress: 'Use another address',
  otherAddressButton: 'Send a code to this address',
  signInLink: 'Go to the sign-in page',
  busy: 'One moment …',
  failed: 'Something is broken on our side. Try again in a moment.',
}
