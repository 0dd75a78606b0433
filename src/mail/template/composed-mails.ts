import { randomBytes, randomUUID } from 'node:crypto'
import type { Catalogue } from '../../languages/catalogue.js'
import { distinctThread } from '../headers.js'
import type { MessageParameters } from '../message.js'
import type { OutgoingMail } from '../outgoing-mail.js'
import { EVERY_STAND, gapsFor, standsOf } from './gaps.js'
import { fill, findGaps, type Gap, type Piece } from './pieces.js'
import { makeTemplate } from './template.js'

/** Drops what the mail does not depend on, such as the request. */
function parametersOf(details: MessageParameters): MessageParameters {
  const { catalogue, code, digits, minutesLeft, appName, purposeText, pendingId } = details
  const { origin, isSecondFactor, isLengthened, codeInSubject, linkTo } = details
  return {
    ...{ catalogue, code, digits, minutesLeft, appName, purposeText, pendingId },
    ...{ origin, isSecondFactor, isLengthened, codeInSubject, linkTo },
  }
}

/** A mail, with what nodemailer would otherwise choose. */
export interface FixedMail extends OutgoingMail {
  readonly messageId: string
  readonly date: string
  readonly baseBoundary: string
}

export interface ComposedMailsOptions {
  /** The sender's address. */
  readonly from: string
  /** Writes the mail for a recipient. */
  readonly write: (parameters: MessageParameters, to: string) => OutgoingMail
  /** Composes a mail. Each line of the result ends with CRLF. */
  readonly compose: (mail: FixedMail) => Promise<Buffer>
}

/** Languages, minutes, lengths and purposes in the mails of one minute. A template takes less than 10 kB. */
const MOST_TEMPLATES = 100

const MINUTE_MS = 60_000

/** Stands for the recipient in the two mails that show the gaps. */
const NOBODY = 'nobody@recipient.invalid'

/**
 * Composes only once what is the same in many mails. Composing a mail takes about as long as all the rest of a login.
 *
 * A text that is needed for the first time in a minute is composed as usual, because it may be needed only once. The
 * second time it is composed with two other codes, whose differences show the gaps. The template is used only if it
 * results in exactly the mail that nodemailer composes for the recipient of that second mail.
 */
export class ComposedMails {
  readonly #options: ComposedMailsOptions
  readonly #templates = new Map<string, Entry>()
  readonly #catalogueIds = new WeakMap<Catalogue, number>()
  #catalogues = 0
  #minute = Number.NaN

  constructor(options: ComposedMailsOptions) {
    this.#options = options
  }

  /** The whole mail; `undefined` if it has to be composed as usual. */
  async rawFor(details: MessageParameters, to: string): Promise<Buffer | undefined> {
    const parameters = parametersOf(details)
    this.#forgetLastMinute()
    const gaps = gapsFor(parameters)
    const key = this.#keyOf(parameters, gaps)
    let template = this.#templates.get(key)
    if (template === undefined) this.#keep(key, 'needed once')
    if (template === 'needed once') {
      // Mails that are sent meanwhile are composed as usual.
      this.#keep(key, 'not possible')
      const minute = this.#minute
      template = await this.#make(parameters, to, gaps).catch(() => undefined)
      // A text may tell the time, so a template of the former minute is not kept.
      if (template && minute === this.#minute) this.#keep(key, template)
    }
    if (typeof template !== 'object') return undefined
    return Buffer.from(this.#filled(template, parameters, this.#fieldsFor(to)))
  }

  async #make(
    parameters: MessageParameters,
    to: string,
    gaps: readonly Gap[],
  ): Promise<readonly Piece[] | undefined> {
    const { write, compose } = this.#options
    const baseBoundary = randomBytes(8).toString('hex')
    const composed = async (changes: object, recipient: string, fields: Fields) => {
      const mail = write({ ...parameters, ...changes }, recipient)
      return String(await compose({ ...withFields(mail, fields), baseBoundary }))
    }
    if (!this.#isOnlyInserted(parameters, gaps)) return undefined
    const stands = (which: number) =>
      composed(standsOf(gaps, which), NOBODY, this.#fieldsFor(NOBODY))
    const template = makeTemplate([await stands(0), await stands(1)], gaps)
    if (!template) return undefined
    const fields = this.#fieldsFor(to)
    const expected = await composed({}, to, fields)
    return this.#filled(template, parameters, fields) === expected ? template : undefined
  }

  /**
   * Whether the texts do no more with a code than to insert it. The words around a number may depend on its digits, as
   * the article does in Hungarian.
   */
  #isOnlyInserted(parameters: MessageParameters, gaps: readonly Gap[]): boolean {
    const texts = EVERY_STAND.map((which) => {
      const { subject, text, html } = this.#options.write(
        { ...parameters, ...standsOf(gaps, which) },
        NOBODY,
      )
      return JSON.stringify([subject, text, html])
    })
    const [first = '', second = ''] = texts
    const pieces = findGaps(first, second, gaps)
    return texts.every((text, which) => pieces && fill(pieces, standsOf(gaps, which)) === text)
  }

  #filled(
    template: readonly Piece[],
    { code, pendingId }: MessageParameters,
    fields: Fields,
  ): string {
    return fill(template, { ...fields, code, pendingId })
  }

  #fieldsFor(to: string): Fields {
    const { References: references, 'X-Entity-Ref-ID': id } = distinctThread()
    return {
      to,
      // As nodemailer makes them.
      'message-id': `<${randomUUID()}@${this.#options.from.replace(/^.*@/, '')}>`,
      date: new Date().toUTCString().replace('GMT', '+0000'),
      references,
      'x-entity-ref-id': id,
    }
  }

  /** Everything that the mail says, but for the gaps. */
  #keyOf({ catalogue, ...rest }: MessageParameters, gaps: readonly Gap[]): string {
    let id = this.#catalogueIds.get(catalogue)
    if (id === undefined) {
      this.#catalogues += 1
      id = this.#catalogues
      this.#catalogueIds.set(catalogue, id)
    }
    const blank = gaps.map(({ name, length }) => [name, length])
    return JSON.stringify([id, { ...rest, ...Object.fromEntries(blank) }])
  }

  #keep(key: string, entry: Entry): void {
    if (this.#templates.size >= MOST_TEMPLATES && !this.#templates.has(key)) this.#templates.clear()
    this.#templates.set(key, entry)
  }

  /** The texts of an application's own language may change with the time of day. */
  #forgetLastMinute(): void {
    const minute = Math.floor(Date.now() / MINUTE_MS)
    if (minute !== this.#minute) this.#templates.clear()
    this.#minute = minute
  }
}

type Entry = readonly Piece[] | 'needed once' | 'not possible'

type Fields = Readonly<
  Record<'to' | 'message-id' | 'date' | 'references' | 'x-entity-ref-id', string>
>

/** The mail with these ids and this date in place of random ones and the time at which it is composed. */
function withFields(mail: OutgoingMail, fields: Fields): Omit<FixedMail, 'baseBoundary'> {
  const { references, date, 'message-id': messageId, 'x-entity-ref-id': id } = fields
  const thread = mail.headers.References && { References: references, 'X-Entity-Ref-ID': id }
  return { ...mail, headers: { ...mail.headers, ...thread }, messageId, date }
}
