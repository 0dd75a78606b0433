import { EmailOtpError } from '../errors.js'
import type { RequestLike } from '../passport/types.js'
import { member, own } from '../util/own.js'
import { headerOf } from './header.js'

/** The fields of a request's body. `null` and `undefined` count as absent; `''` counts as given. */
export interface Typed {
  readonly email: unknown
  readonly code: unknown
  /** The public id of the challenge that the page of the code showed. */
  readonly pendingId: unknown
  /** Whether the user ticked that this browser is to be trusted. */
  readonly trustBrowser: unknown
}

/** The field in which a page sends the public id back. */
export const PENDING_ID_FIELD = 'pendingId'

/** The field of the tick box that makes the browser a trusted one. */
export const TRUST_FIELD = 'trustBrowser'

/** Reads the fields from the body, never from the query. @throws EmailOtpError `body_required` */
export function readBody(
  req: RequestLike,
  fields: { readonly emailField: string; readonly codeField: string },
): Typed {
  const body = member(req, 'body')
  // That of a Fetch `Request` is a stream. JSON has no functions, so no client can send one.
  const isStream = typeof member(body, 'getReader') === 'function'
  const isUnread = isStream || (body === undefined && hasBody(req))
  if (isUnread && isForm(req)) {
    throw new EmailOtpError(
      'body_required',
      'req.body is undefined: add a body parser before this route, such as ' +
        'app.use(express.urlencoded({ extended: false })) or app.use(express.json())',
    )
  }
  return {
    email: bodyField(body, fields.emailField),
    code: bodyField(body, fields.codeField),
    pendingId: bodyField(body, PENDING_ID_FIELD),
    trustBrowser: bodyField(body, TRUST_FIELD),
  }
}

/** Reads a field of the body. `null` counts as absent. */
export function bodyField(body: unknown, field: string): unknown {
  return own(body, field) ?? undefined
}

/**
 * Whether the request is a form or JSON, which a body parser of the application should have read. Any other type and an
 * empty POST count as an empty body, because any client can send those.
 */
function isForm(req: RequestLike): boolean {
  return ['application/json', 'application/x-www-form-urlencoded'].includes(typeOf(req))
}

function hasBody(req: RequestLike): boolean {
  const length = Number(headerOf(req, 'content-length'))
  return headerOf(req, 'transfer-encoding') !== undefined || length > 0
}

/**
 * Whether the body was sent as JSON, under its name or under a name that ends in `+json` (RFC 6839). A page of another
 * site can send neither without asking the application first (CORS).
 */
export function isJson(req: RequestLike): boolean {
  return /^application\/(?:[\w!#$&^.+-]+\+)?json$/.test(typeOf(req))
}

function typeOf(req: RequestLike): string {
  const [type = ''] = String(headerOf(req, 'content-type') ?? '').split(';')
  return type.trim().toLowerCase()
}
