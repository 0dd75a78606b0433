import type { FromAddress } from './from-address.js'
import { headersFor, otpOf } from './headers.js'
import type { Message } from './message.js'
import type { OutgoingMail } from './outgoing-mail.js'

/** Whom a mail is from and to, and which code is in it. */
interface Addressing {
  readonly from: FromAddress
  readonly to: string
  readonly code: string
  readonly origin: string | undefined
}

/** Completes a message to a mail for nodemailer. */
export function addressed(message: Message, { from, to, code, origin }: Addressing): OutgoingMail {
  return {
    ...message,
    from,
    // An object and an envelope, because nodemailer parses a string as a list of addresses.
    to: { name: '', address: to },
    envelope: envelopeFor(from, to),
    headers: headersFor(message.subject, code),
    otp: otpOf(origin, code),
  }
}

export function envelopeFor(from: FromAddress, to: string): OutgoingMail['envelope'] {
  return { from: from.address, to: [to] }
}
