import { amountText, waitText } from '../util/durations.js'
import { pluralsOf } from '../util/plurals.js'
import type { Catalogue } from './catalogue.js'
import { englishPage } from './en-page.js'

const plural = pluralsOf('en', ['one', 'other'])

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
    lifetime: ({ minutesLeft }) => `It works for ${amountText('en', minutesLeft, 'minute')}.`,
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
  page: englishPage,
}

export { en as default }
