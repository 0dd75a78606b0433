import type { RequestLike } from '../passport/types.js'
import type { Core, Exchange } from './exchange.js'
import { catalogueFor } from './language.js'

/** Chooses the language first, so that an error of the application's `locale` comes before a code is spent. */
export function startExchange(core: Core, req: RequestLike): Exchange {
  return { ...core, req, catalogue: catalogueFor(core, req) }
}
