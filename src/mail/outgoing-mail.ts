/** A mail for nodemailer. Addresses are objects, because nodemailer parses a string as a list. */
export interface OutgoingMail {
  readonly from: { readonly name: string; readonly address: string }
  readonly to: { readonly name: string; readonly address: string }
  readonly envelope: { readonly from: string; readonly to: string[] }
  readonly subject: string
  readonly text: string
  readonly html?: string | undefined
  readonly headers: Readonly<Record<string, string>>
  /** The header `OTP-Token`. Another transport may ignore it. */
  readonly otp?: { readonly code: string; readonly origin: string } | undefined
  /** Stops the mail before its message is begun. Only for a transporter that the mailer has made. */
  readonly signal?: AbortSignal
}

/** A mail that is composed already. */
export interface RawMail extends Pick<OutgoingMail, 'envelope' | 'signal'> {
  readonly raw: Buffer
}
