import type { RequestLike } from '../passport/types.js'
import { describe } from '../util/describe.js'
import { setUpError } from '../util/set-up-error.js'
import type { Core, Exchange } from './exchange.js'
import { catalogueFor } from './language.js'

/** Chooses the language first, so that an error of the application's `locale` comes before a code is spent. */
export function startExchange(core: Core, req: RequestLike): Exchange {
  if (typeof req !== 'object' || req === null) {
    throw setUpError(
      `the first argument must be the request; got ${describe(req)}`,
      'docs/guides/plain-calls.md',
    )
  }
  return { ...core, req, catalogue: catalogueFor(core, req) }
}
