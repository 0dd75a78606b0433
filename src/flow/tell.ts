import type { EmailOtpInfo, Untold } from '../info.js'
import type { ReasonTexts } from '../languages/reason-texts.js'

/** An outcome with its sentence. */
export type Told<I extends Untold> = I & { readonly message: string }

/** Adds its sentence to an outcome. */
export function tell<I extends Untold>(texts: ReasonTexts, info: I): Told<I> {
  return { ...info, message: sentenceOf(texts, info) }
}

/** A reason without a sentence does not compile. */
function sentenceOf(texts: ReasonTexts, info: Untold): EmailOtpInfo['message'] {
  switch (info.reason) {
    case 'invalid_email':
      return info.hasUnseen ? texts.invalid_email_unseen : texts.invalid_email
    case 'malformed_code':
      return texts.malformed_code(info)
    case 'invalid_code':
      return info.attemptsLeft > 0 ? texts.invalid_code(info) : texts.invalid_code_last
    case 'rate_limited':
      return texts.rate_limited(info)
    case 'code_sent':
      return info.confirmed === false ? texts.code_sent_unconfirmed : texts.code_sent
    default:
      return texts[info.reason]
  }
}
