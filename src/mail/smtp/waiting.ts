import type { Connection } from './connection.js'

/** What waits for a connection: a mail or a check. */
export interface Place {
  /** Whether it needs a new connection. */
  readonly isFresh: boolean
  /** Its place among those that wait. */
  readonly ticket: number
  /** Whether no mail is sent over the connection, so that a limit of mails does not apply. */
  readonly isCheck: boolean
}

export interface Waiting extends Place {
  take(connection: Connection): void
}

/**
 * Returns the mail or check that is next, if there is one. A check does not wait for the end of a limit of mails.
 *
 * @param isOver whether the next mail has to wait; is only asked if a mail is next
 */
export function next(all: readonly Waiting[], isOver: () => boolean): Waiting | undefined {
  const [first] = all
  return first && !first.isCheck && isOver() ? all.find(({ isCheck }) => isCheck) : first
}

/** Adds a mail at its place: one that was refused a connection keeps its own. */
export function addInOrder(all: Waiting[], one: Waiting): void {
  const after = all.findIndex(({ ticket }) => ticket > one.ticket)
  all.splice(after === -1 ? all.length : after, 0, one)
}
