// The mail of the contenders that have none of their own: all use the same kind of transport.
import nodemailer from 'nodemailer'

export const FROM = 'Acme <login@acme.example>'

/** The codes and links that were sent, by recipient. The bench takes them here, outside of what is measured. */
export const sent = new Map()

/** Options of nodemailer: mails are composed and dropped, or sent over a pool of TLS connections. */
export function transportOptions({ transport, smtpPort }) {
  if (transport === 'stream') return { streamTransport: true, buffer: true }
  const place = { host: '127.0.0.1', port: smtpPort, secure: true }
  return { ...place, tls: { rejectUnauthorized: false }, pool: true, maxConnections: 5 }
}

/** Sends a short mail, as the documentation of these packages has it. */
export function shortMails(setting) {
  const transporter = nodemailer.createTransport(transportOptions(setting))
  return async (to, secret, shown = secret) => {
    sent.set(to, secret)
    await transporter.sendMail(shortMail(to, shown))
  }
}

export function shortMail(to, shown) {
  return {
    from: FROM,
    to,
    subject: 'Your sign-in code',
    text: `Sign in to Acme with ${shown}\n`,
    html: `<p>Sign in to Acme with <b>${shown}</b></p>`,
  }
}
