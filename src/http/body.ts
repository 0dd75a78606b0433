import { EmailOtpError } from '../errors.js'
import type { RequestLike } from '../passport/types.js'
import { headerOf } from './header.js'

/** What a request's body says. A value that is `null` or `undefined` counts as absent; `''` is given. */
export interface Typed {
  readonly email: unknown
  readonly code: unknown
}

/** Reads the two fields from the body alone: never from the query, and own properties only. */
export function readBody(
  req: RequestLike,
  fields: { readonly emailField: string; readonly codeField: string },
): Typed {
  const { body } = req
  if (body === undefined && carriesForm(req)) {
    throw new EmailOtpError(
      'body_required',
      'req.body is undefined: add a body parser before this route, such as ' +
        'app.use(express.urlencoded({ extended: false })) or app.use(express.json())',
    )
  }
  return { email: ownValue(body, fields.emailField), code: ownValue(body, fields.codeField) }
}

/** A value of the body's own, so that nothing on a prototype is ever taken for input. */
export function ownValue(body: unknown, field: string): unknown {
  if (typeof body !== 'object' || body === null || !Object.hasOwn(body, field)) return undefined
  return (body as Record<string, unknown>)[field] ?? undefined
}

/**
 * Whether a form or JSON came, which a parser of the application should have read. Any other type, and an
 * empty post, is an empty body: those any stranger can send.
 */
function carriesForm(req: RequestLike): boolean {
  if (!isJson(req) && typeOf(req) !== 'application/x-www-form-urlencoded') return false
  const length = Number(headerOf(req, 'content-length'))
  return headerOf(req, 'transfer-encoding') !== undefined || length > 0
}

/** Whether the body came as JSON. */
export function isJson(req: RequestLike): boolean {
  return typeOf(req) === 'application/json'
}

function typeOf(req: RequestLike): string {
  const [type = ''] = String(headerOf(req, 'content-type') ?? '').split(';')
  return type.trim().toLowerCase()
}
