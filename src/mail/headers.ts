import { randomUUID } from 'node:crypto'

/** They prevent automatic replies, such as vacation notes: RFC 3834, and the header that Exchange reads. */
const NO_REPLIES = {
  'Auto-Submitted': 'auto-generated',
  'X-Auto-Response-Suppress': 'All',
}

/** The headers of a mail besides those that nodemailer writes. */
export function headersFor(subject: string, code: string): Readonly<Record<string, string>> {
  return subject.includes(code) ? NO_REPLIES : { ...NO_REPLIES, ...distinctThread() }
}

/** In the `References` of mails whose subject does not have the code. */
export const UNFOLDED_HOST = 'unfolded.invalid'

/**
 * Gmail folds mails of one subject into a conversation and hides what they have in common, which is everything but
 * the code. It does not fold mails whose `References` name different messages
 * (https://workspaceupdates.googleblog.com/2019/03/threading-changes-in-gmail-conversation-view.html). The other
 * header is what mail services send for that purpose.
 */
export function distinctThread(): Readonly<Record<'References' | 'X-Entity-Ref-ID', string>> {
  const id = letters()
  return { References: `<${id}@${UNFOLDED_HOST}>`, 'X-Entity-Ref-ID': id }
}

/** Without digits, so that no filter takes a part for the code. */
function letters(): string {
  return randomUUID()
    .replaceAll('-', '')
    .replace(/\d/g, (digit) => 'ghijklmnop'[Number(digit)] ?? '')
}

/** A host that can stand in `OTP-Token`: a name, or an address in digits. */
const HOST = /^(?:[a-z0-9_-]+\.)*[a-z0-9_-]+$|^\[[0-9a-f:.]+\]$/
const LOOPBACK = /^(?:localhost|.+\.localhost|127(?:\.\d+){3}|\[::1\])$/

/**
 * Binds the code to the application's origin in the header `OTP-Token` (draft-goto-otp-token), which nodemailer
 * writes. `undefined` for an origin that the draft does not allow, because nodemailer would reject the whole mail:
 * plain http on another machine.
 */
export function otpOf(
  origin: string | undefined,
  code: string,
): { readonly code: string; readonly origin: string } | undefined {
  if (origin === undefined) return undefined
  const { protocol, hostname } = new URL(origin)
  const isTrusted = protocol === 'https:' || LOOPBACK.test(hostname)
  return HOST.test(hostname) && isTrusted ? { code, origin } : undefined
}
