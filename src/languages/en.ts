import { amountText, waitText } from '../util/durations.js'
import { pluralsOf } from '../util/plurals.js'
import type { Catalogue } from './catalogue.js'

const plural = pluralsOf('en', ['one', 'other'])
const minutesText = (minutes: number) => amountText('en', minutes, 'minute')

/** "8" is the only number from 6 to 10 that is spoken with a vowel first. */
const aCode = (digits: number) => `${digits === 8 ? 'an' : 'a'} ${digits}-digit code`

/** English. */
export const en: Catalogue = {
  tag: 'en',
  dir: 'ltr',
  reasons: {
    code_sent: 'Check your mail for the code. It can take a minute to arrive.',
    code_sent_unconfirmed:
      'The mail server has not confirmed the mail yet. The code may still arrive.',
    accepted: 'The code is right.',
    invalid_email: 'Enter one e-mail address, like name@example.com.',
    invalid_email_unseen:
      'There is a space or an invisible character in this address. Type it again instead of pasting it.',
    missing_code: 'Enter the code from the mail.',
    malformed_code: ({ digits }) => `Enter all ${digits} digits of the code, and only digits.`,
    invalid_code: ({ attemptsLeft }) =>
      plural(attemptsLeft, {
        one: 'That code is not right. You have one try left.',
        other: `That code is not right. You have ${attemptsLeft} tries left.`,
      }),
    invalid_code_last: 'That code is not right. Request a new one.',
    not_signed_in: 'Sign in first.',
    otp_required: 'Confirm this with a code from your mail first.',
    expired_code: 'This code is no longer valid. Request a new one.',
    no_pending_code: 'There is no code to check. Request a new one.',
    not_allowed: 'This address cannot sign in here.',
    cross_site: 'This request came from another site. Open the page and try again.',
    method_not_allowed: 'This URL only accepts POST requests.',
    too_many_attempts: 'Too many wrong codes. Request a new one.',
    rate_limited: ({ retryAfterSeconds }) =>
      `Too many codes were requested. Try again ${waitText('en', retryAfterSeconds)}.`,
    not_sent: 'The mail could not be sent. Try again.',
    earlier_request:
      'This page belongs to an earlier request. Enter the code from the latest mail.',
    no_address: 'There is no usable e-mail address for this account. Contact support.',
    trusted_browser: 'This browser is trusted, so no code is needed.',
  },
  mail: {
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
    lifetime: ({ minutesLeft }) => `It works for ${minutesText(minutesLeft)}.`,
    fillIn: 'Open the page with the code filled in',
    fillInWhere: 'The link only fills in the code in the browser in which you requested it.',
    enterOnlyAt: ({ host }) => `Enter it only at ${host}.`,
    enterOnlyWhereRequested: 'Enter it only on the page where you requested it.',
    tellNobody: 'Do not give it to anyone, even if they say that they work for us.',
    lengthened: ({ digits }) =>
      `This code has ${digits} digits because wrong codes have been entered for your address.`,
    notRequested:
      'If you did not request it, ignore this mail. Signing in is not possible without the code.',
    notRequestedForPurpose:
      'If you did not request it, ignore this mail. Nothing happens without the code.',
    passwordEntered:
      'Your password has just been entered. If that was not you, someone else knows it: change it now. Signing in is not possible without the code.',
  },
  page: {
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
    codeLifetime: ({ minutes }) => `The code works for ${minutesText(minutes)}.`,
    codeLabel: 'Code from the mail',
    trustBrowser: ({ days }) =>
      `Do not ask for a code on this browser for ${amountText('en', days, 'day')}`,
    signInButton: 'Sign in',
    confirmButton: 'Confirm',
    codeFilledIn: 'The code from the mail has been filled in. Press the button to continue.',
    notRequestedHere:
      'You did not request a code in this browser. If somebody sent you here, do not give them the code. If you requested it in another browser or on another device, enter it there.',
    otherLink:
      'This link belongs to another request. If you requested several codes, enter the one from the latest mail. If somebody sent you the link, do not give them the code.',
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
  },
}

export { en as default }
