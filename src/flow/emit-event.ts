import type { EmailOtpEvent } from '../events.js'
import type { Exchange } from './exchange.js'

/** Passes an event to the application's listener. Nothing that the listener does changes the request. */
export function emitEvent(exchange: Exchange, event: EmailOtpEvent): void {
  const alarm = exchange.pressure.note(event)
  for (const each of alarm ? [event, alarm] : [event]) notify(exchange, each)
}

function notify({ settings, req, background }: Exchange, event: EmailOtpEvent): void {
  try {
    // A listener may still be writing its log when the process is shut down.
    background.track(Promise.resolve(settings.onEvent?.(event, req)))
  } catch {
    // A broken log must neither sign a user out nor in.
  }
}
