import type { MailTexts } from './mail-texts.js'
import type { PageTexts } from './page-texts.js'
import type { ReasonTexts } from './reason-texts.js'

/**
 * Everything that this package says to a person, in one language. A catalogue without one of its sentences does
 * not compile. To change a sentence, copy the catalogue:
 *
 * ```ts
 * const ours = { ...de, reasons: { ...de.reasons, not_allowed: 'Bitte melde dich bei der Personalabteilung.' } }
 * ```
 *
 * A function of a catalogue must depend on its parameters only: the mailer composes a text once and uses it for all
 * recipients of a minute. `docs/internals/translating.md` explains how to write a catalogue.
 */
export interface Catalogue {
  /** The language as a BCP 47 tag, such as `de`, `pt-BR` or `zh-Hans`. It becomes `lang` of pages and mails. */
  readonly tag: string
  /** The direction of writing. */
  readonly dir: 'ltr' | 'rtl'
  /** The sentences of `info.message`. */
  readonly reasons: ReasonTexts
  readonly mail: MailTexts
  readonly page: PageTexts
}
