import type { Capture } from '../mail/captured-code.js'
import type { Message } from '../mail/message.js'
import type { CodeMail, CodeToSend } from '../mail/send-code.js'
import type { RequestLike } from '../passport/types.js'
import { COMPOSE } from '../util/shared-symbols.js'
import type { Core } from './exchange.js'

/**
 * Makes the function that has all codes of a strategy passed to a test instead of to `sendCode`. It returns a
 * function that ends that.
 */
export function captureWith({ captures }: Core): (capture: Capture) => () => void {
  return (capture) => {
    captures.add(capture)
    return () => void captures.delete(capture)
  }
}

/** Passes a code to all tests that capture. The mailer writes the mail as it does for a user. */
export async function captureCode(
  { settings, captures }: Core,
  mail: CodeMail<RequestLike>,
): Promise<void> {
  const { sendCode } = settings as {
    readonly sendCode: { readonly [COMPOSE]?: (mail: CodeToSend) => Promise<Message> }
  }
  const { to, code, purpose } = mail
  const { subject = '', text = '', html = '' } = (await sendCode[COMPOSE]?.(mail)) ?? {}
  for (const capture of captures) capture({ to, code, purpose, subject, text, html })
}
