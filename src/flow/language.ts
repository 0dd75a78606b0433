import { acceptedLanguages } from '../http/accept-language.js'
import { addVary } from '../http/response.js'
import type { Catalogue } from '../languages/catalogue.js'
import type { RequestLike } from '../passport/types.js'
import { chooseLanguage, findLanguage } from '../util/match-language.js'
import { member } from '../util/own.js'
import { setUpError } from '../util/set-up-error.js'
import type { Core } from './exchange.js'

/** A page that is left open still shows the language of its code. Later, the browser may be another person's. */
const KEPT_MS = 60 * 60 * 1000

/**
 * The language that a request is answered in: what the application's `locale` says, else the language in which the
 * pending code was requested, else what the browser accepts.
 *
 * It never depends on the address. Otherwise the language of an answer would tell who has an account.
 */
export function catalogueFor(
  { settings, storage }: Pick<Core, 'settings' | 'storage'>,
  req: RequestLike,
): Catalogue {
  const { languages } = settings
  const [fallback, ...others] = languages
  const named = readLocale(settings, req)
  if (others.length === 0) return fallback
  const ofApplication = findLanguage(named, languages)
  if (ofApplication) return ofApplication
  addVary(req, 'Accept-Language')
  const pending = storage.read(req)
  const ofPending = languages.find(({ tag }) => tag === pending?.locale)
  if (pending && ofPending && Date.now() < pending.expiresAt + KEPT_MS) return ofPending
  const ranges = acceptedLanguages(req)
  const wanted = named === undefined ? ranges : [{ tag: named, quality: 1 }, ...ranges]
  return chooseLanguage(wanted, languages) ?? fallback
}

/**
 * The language of a mail: the recipient's own one where the application knows it, else the one of the request. Only
 * the owner of the mailbox sees it, so it may depend on the address.
 */
export function mailCatalogueFor(
  languages: readonly Catalogue[],
  recipientLocale: unknown,
  ofRequest: Catalogue,
): Catalogue {
  return findLanguage(recipientLocale, languages) ?? ofRequest
}

function readLocale({ locale }: Core['settings'], req: RequestLike): string | undefined {
  const named: unknown = locale?.(req)
  if (typeof member(named, 'then') === 'function') {
    throw setUpError('locale must return no promise', 'docs/guides/languages.md')
  }
  // It may stem from the request: `?lang=de&lang=tr` is an array, and `req.acceptsLanguages('de')` can be `false`.
  return typeof named === 'string' && named !== '' ? named : undefined
}
