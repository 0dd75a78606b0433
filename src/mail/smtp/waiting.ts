import type { Connection } from './connection.js'

/** A mail that waits for a connection. */
export interface Waiting {
  /** Whether it needs a new connection. */
  readonly isFresh: boolean
  /** Its place among those that wait. */
  readonly ticket: number
  take(connection: Connection): void
}

/** Adds a mail at its place: one that was refused a connection keeps its own. */
export function addInOrder(all: Waiting[], one: Waiting): void {
  const after = all.findIndex(({ ticket }) => ticket > one.ticket)
  all.splice(after === -1 ? all.length : after, 0, one)
}
