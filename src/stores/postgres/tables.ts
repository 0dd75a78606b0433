/**
 * The tables. Instants are milliseconds since 1970 by the database's clock, as `double precision`, in which the
 * functions calculate. It is exact for whole milliseconds for 285,000 years.
 *
 * Every method locks one row of `addresses` before it changes rows that belong to it. Columns that change with
 * every request are not indexed, and pages are not filled up, so that such an update does not touch indexes.
 */
export const tables = (schema: string) => `
CREATE TABLE ${schema}.addresses (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  -- A keyed hash. Without the key, it can neither be reversed nor be searched for an address.
  address text NOT NULL UNIQUE,
  -- Wrong guesses since the window began. They no longer count once the window is over.
  failures bigint NOT NULL DEFAULT 0,
  window_end double precision NOT NULL DEFAULT 0,
  -- For each send budget, an array: the instant at which it is full again and, if its last mail was refused,
  -- the instant before which it allows no send.
  budgets jsonb NOT NULL DEFAULT '{}',
  -- From this instant on the row can be deleted. In whole days, so that the indexed column rarely changes.
  kept_until double precision NOT NULL DEFAULT 0
) WITH (fillfactor = 80);
CREATE INDEX addresses_kept_until ON ${schema}.addresses (kept_until, id);

CREATE TABLE ${schema}.challenges (
  -- Not a foreign key: an address outlives its challenges, and a new row for the same address has a new id.
  address_id bigint NOT NULL,
  -- A hash of the challenge's id.
  challenge text NOT NULL,
  expires_at double precision NOT NULL,
  -- -1 once the code was accepted or replaced. The row then only keeps its key from being used again.
  attempts_left integer NOT NULL,
  -- Openings that were not cancelled: the first one, and each mail that was sent again.
  mails integer NOT NULL DEFAULT 1,
  -- When the last mail was sent; -infinity after a cancel.
  mailed_at double precision NOT NULL,
  -- The highest failures_below with which this code was tried while it was too short.
  stale_below double precision NOT NULL DEFAULT 0,
  -- Whether the first opening replaced a code that was too short, so that it was not charged.
  free boolean NOT NULL DEFAULT false,
  -- The charge, which a sign-in refunds: sends of one budget, from an instant on.
  charged_budget text NOT NULL,
  charged_sends integer NOT NULL,
  charged_since double precision NOT NULL,
  -- Whether a guess was made at this challenge.
  guessed_at boolean NOT NULL DEFAULT false,
  PRIMARY KEY (address_id, challenge)
) WITH (fillfactor = 80);
CREATE INDEX challenges_expires_at ON ${schema}.challenges (expires_at);

-- How far expired rows have been deleted. An index keeps an entry for each deleted row while any transaction is
-- open that began before. From the beginning of the index, every request would read them all. A sequence is
-- changed in place, so it leaves no entries behind itself.
CREATE SEQUENCE ${schema}.challenges_pruned MINVALUE 0 START 0;
CREATE SEQUENCE ${schema}.addresses_pruned MINVALUE 0 START 0;
`
