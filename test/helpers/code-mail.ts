import type { CodeMail } from '../../src/mail/send-code.js'

/** What a strategy gives to `sendCode`, for a code that was made this very moment. */
export function codeMail(changes: Partial<CodeMail> = {}): CodeMail {
  return {
    to: 'ann@example.com',
    code: '483920',
    digits: 6,
    expiresAt: new Date(Date.now() + 600_000),
    purpose: 'login',
    purposeText: undefined,
    locale: 'en',
    pendingId: 'abcdefghijklmnopqrstuv',
    origin: undefined,
    isSecondFactor: false,
    isLengthened: false,
    account: undefined,
    req: { headers: {} } as CodeMail['req'],
    signal: new AbortController().signal,
    ...changes,
  }
}
