import { randomBytes } from 'node:crypto'
import { type CodeSentInfo, EmailOtpError, type Pending, Strategy } from '../index.js'
import type { MailFailure } from '../mail/failure-row.js'
import { durationText } from '../util/durations.js'
import { EXIT, Exit } from './exit.js'
import type { Outgoing } from './outgoing.js'
import type { Terminal } from './terminal.js'

export const ADDRESS_PROMPT = 'E-mail address: '
export const CODE_PROMPT = 'Code (or "new" for another mail): '
export const NEW_CODE_PROMPT = 'Type "new" for another mail, or press Enter to stop: '

export const NOT_SIGNED_IN = 'Not signed in.'
export const CODE_STILL_WORKS = 'The code that you have still works.'
export const NO_OTHER_MAIL = 'The last mail was sent a moment ago, so no other was sent.'
export const signedInText = (email: string) => `Signed in as ${email}.`

/**
 * Signs in: address, mail, code, result. It reads `pending` as a page would, with a plain object as its
 * session. So the strategy makes every decision and every sentence about codes.
 *
 * @throws {Exit} when it ends without a sign-in
 */
export async function signIn(
  outgoing: Outgoing,
  terminal: Terminal,
  givenAddress: string | undefined,
): Promise<void> {
  let mails = 0
  const strategy = new Strategy(
    {
      secret: randomBytes(32),
      async sendCode(mail) {
        terminal.print(`Sending a mail through ${outgoing.shown} ...`)
        await outgoing.sendCode(mail)
        mails += 1
      },
    },
    async (email) => ({ email }),
  )
  const req = { headers: {}, session: {} }

  async function send(address?: string): Promise<Pending | undefined> {
    const mailsBefore = mails
    try {
      const info = await strategy.requestCode(req, address)
      terminal.print(info.message)
      for (const mail of outgoing.caught()) terminal.print(`\nThis mail was caught:\n\n${mail}\n`)
      if (info.reason === 'code_sent')
        terminal.print(codeSentText(info, mails > mailsBefore || info.confirmed === false))
      if (info.next === 'wait' && !isUsable(info.pending)) throw notSignedInExit()
      return info.pending
    } catch (err) {
      if (!(err instanceof EmailOtpError) || err.code !== 'delivery_failed') throw err
      const text = outgoing.failureText((err.cause ?? {}) as MailFailure)
      const pending = strategy.pending(req)
      if (!isUsable(pending)) throw new Exit(EXIT.mailNotSent, text)
      terminal.printError(text)
      terminal.print(CODE_STILL_WORKS)
      return pending
    }
  }

  let pending = givenAddress === undefined ? undefined : await send(givenAddress)
  for (;;) {
    if (!pending) {
      pending = await send(await terminal.readLine(ADDRESS_PROMPT))
      continue
    }
    const typed = await terminal.readLine(isUsable(pending) ? CODE_PROMPT : NEW_CODE_PROMPT)
    if (isNew(typed)) {
      pending = await send()
      continue
    }
    if (!isUsable(pending) && typed.trim() === '') throw notSignedInExit()
    const info = await strategy.verifyCode(req, typed)
    terminal.print(info.message)
    if (info.reason === 'accepted') return terminal.print(signedInText(info.email))
    pending = info.pending
  }
}

/** Whether a code is pending that can still be entered. */
function isUsable(pending: Pending | undefined): boolean {
  return pending !== undefined && pending.ended === undefined
}

/** "new", with or without the quotes that the prompt has. */
function isNew(typed: string): boolean {
  return /^\s*"?new"?\s*$/i.test(typed)
}

/** The code's length and lifetime, and when another mail can be sent. */
function codeSentText({ pending, retryAfterSeconds }: CodeSentInfo, mailed: boolean): string {
  const { digits = 6, expiresInSeconds = 0 } = pending ?? {}
  const text =
    `The code has ${digits} digits and works for ${durationText('en', expiresInSeconds)}. ` +
    `Another mail can be sent in ${durationText('en', retryAfterSeconds)}.`
  return mailed ? text : `${NO_OTHER_MAIL}\n${text}`
}

function notSignedInExit(): Exit {
  return new Exit(EXIT.notSignedIn, NOT_SIGNED_IN)
}
