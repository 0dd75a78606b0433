import { randomBytes } from 'node:crypto'
import { EmailOtpError, type EmailOtpInfo, type Pending, Strategy } from '../index.js'
import { inWords } from '../util/durations.js'
import { EXIT, Exit } from './exit.js'
import type { Failure } from './mail-failure.js'
import type { Outgoing } from './outgoing.js'
import type { Terminal } from './terminal.js'

const ASK_ADDRESS = 'E-mail address: '
const ASK_CODE = 'Code (or "new" for another mail): '
const ASK_NEW = 'Type "new" for another mail, or press Enter to stop: '

/**
 * The original script: address, mail, code, answer. It goes by `pending` as a page would, with a
 * plain object as its session, so every judgement and every sentence about codes is the strategy's.
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
        terminal.say(`Sending a mail through ${outgoing.shown} ...`)
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
      terminal.say(info.message)
      for (const mail of outgoing.caught()) terminal.say(`\nThe mail that was caught:\n\n${mail}\n`)
      if (info.reason === 'code_sent') terminal.say(figures(info, mails > mailsBefore))
      if (info.next === 'wait' && info.pending?.needsNewCode !== false) throw notSignedIn()
      return info.pending
    } catch (err) {
      if (!(err instanceof EmailOtpError) || err.code !== 'delivery_failed') throw err
      const words = outgoing.inWords((err.cause ?? {}) as Failure)
      const pending = strategy.pending(req)
      if (pending?.needsNewCode !== false) throw new Exit(EXIT.mailNotSent, words)
      terminal.complain(words)
      terminal.say('The code that you have goes on working.')
      return pending
    }
  }

  let pending = givenAddress === undefined ? undefined : await send(givenAddress)
  for (;;) {
    if (!pending) {
      pending = await send(await terminal.ask(ASK_ADDRESS))
      continue
    }
    const typed = await terminal.ask(pending.needsNewCode ? ASK_NEW : ASK_CODE)
    if (isNew(typed)) {
      pending = await send()
      continue
    }
    if (pending.needsNewCode && typed.trim() === '') throw notSignedIn()
    const info = await strategy.verifyCode(req, typed)
    terminal.say(info.message)
    if (info.reason === 'accepted') return terminal.say(`Signed in as ${info.email}.`)
    pending = info.pending
  }
}

/** "new", with or without the quotes that the prompt has. */
function isNew(typed: string): boolean {
  return /^\s*"?new"?\s*$/i.test(typed)
}

function figures(info: EmailOtpInfo & { reason: 'code_sent' }, mailed: boolean): string {
  const { digits = 6, expiresInSeconds = 0 } = info.pending ?? {}
  const held = mailed ? '' : 'The last mail went out a moment ago, so none was added.\n'
  return (
    `${held}The code has ${digits} digits and works for ${inWords(expiresInSeconds)}. ` +
    `Another mail can be sent in ${inWords(info.retryAfterSeconds)}.`
  )
}

function notSignedIn(): Exit {
  return new Exit(EXIT.notSignedIn, 'Nobody is signed in.')
}
