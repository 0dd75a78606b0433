export const DEFAULT_PREFIX = 'passport_email_otp_'

/** Increased with every change to the tables, and to what the store writes into them. */
export const SCHEMA_VERSION = 1

/** The names of the tables. `prefix` is validated, so they need no quotes. */
export function tableNames(prefix: string) {
  return {
    state: `${prefix}state`,
    addresses: `${prefix}addresses`,
    challenges: `${prefix}challenges`,
  }
}

export type TableNames = ReturnType<typeof tableNames>

/**
 * Creates the tables. Instants are milliseconds since 1970. Every change to the columns that are indexed moves an
 * index entry, so no column that changes with every request is indexed.
 */
export const schemaSql = ({ state, addresses, challenges }: TableNames) => `
CREATE TABLE ${state} (
  only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
  version INTEGER NOT NULL,
  -- The latest time that a process has recorded. The store's time never goes back behind it.
  clock_ms REAL NOT NULL
) STRICT;
INSERT INTO ${state} VALUES (1, ${SCHEMA_VERSION}, 0);

CREATE TABLE ${addresses} (
  id INTEGER PRIMARY KEY,
  -- A keyed hash. Without the key, it can neither be reversed nor be searched for an address.
  address TEXT NOT NULL UNIQUE,
  -- Wrong guesses since the window began. They no longer count once the window is over.
  failures INTEGER NOT NULL DEFAULT 0,
  window_end REAL NOT NULL DEFAULT 0,
  -- For each send budget, an array: the instant at which it is full again and, if its last mail was refused,
  -- the instant before which it allows no send.
  budgets TEXT NOT NULL DEFAULT '{}',
  -- From this instant on the row can be deleted.
  kept_until REAL NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX ${addresses}_kept_until ON ${addresses} (kept_until);

CREATE TABLE ${challenges} (
  -- SQLite may give the id of a deleted address to another one, so challenges are deleted with their address.
  address_id INTEGER NOT NULL,
  -- A hash of the challenge's id.
  challenge TEXT NOT NULL,
  expires_at REAL NOT NULL,
  attempts_left INTEGER NOT NULL,
  -- Openings that were not cancelled: the first one, and each mail that was sent again.
  mails INTEGER NOT NULL,
  -- When the last mail was sent; NULL after a cancel.
  mailed_at REAL,
  -- The highest failures_below with which this code was tried while it was too short.
  stale_below REAL NOT NULL,
  -- Whether the first opening replaced a code that was too short, so that it was not charged.
  free INTEGER NOT NULL,
  -- The charge, which a sign-in refunds: sends of one budget, from an instant on.
  charged_budget TEXT NOT NULL,
  charged_sends INTEGER NOT NULL,
  charged_since REAL NOT NULL,
  -- Whether a guess was made at this challenge.
  guessed_at INTEGER NOT NULL,
  PRIMARY KEY (address_id, challenge)
) STRICT, WITHOUT ROWID;
CREATE INDEX ${challenges}_expires_at ON ${challenges} (expires_at);
`
