import type { EmailOtpEvent } from './events.js'
import type { Request, RequestLike } from './passport/types.js'
import type { Settings } from './settings.js'

/** Tells the application's listener. Whatever the listener does, the request goes on. */
export function report(settings: Settings, req: RequestLike, event: EmailOtpEvent): void {
  try {
    const returned = settings.onEvent?.(event, req as Request)
    if (returned instanceof Promise) returned.catch(() => {})
  } catch {
    // A broken log must not sign anybody out, or in.
  }
}
