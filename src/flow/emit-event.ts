import type { EmailOtpEvent } from '../events.js'
import type { Settings } from '../options/settings.js'
import type { Request, RequestLike } from '../passport/types.js'

/** Tells the application's listener. Whatever the listener does, the request goes on. */
export function report(settings: Settings, req: RequestLike, event: EmailOtpEvent): void {
  const alarm = settings.pressure.note(event)
  for (const each of alarm ? [event, alarm] : [event]) tell(settings, req, each)
}

function tell(settings: Settings, req: RequestLike, event: EmailOtpEvent): void {
  try {
    Promise.resolve(settings.onEvent?.(event, req as Request)).catch(() => {})
  } catch {
    // A broken log must not sign anybody out, or in.
  }
}
