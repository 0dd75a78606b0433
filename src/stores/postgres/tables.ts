/**
 * The tables. Instants are milliseconds since 1970 on the database's clock, as `double precision`:
 * what the arithmetic is done in, exact for whole milliseconds for longer than anybody will count.
 *
 * All that a verb changes hangs on one row of `addresses`, which it locks. Columns that change with
 * every request are in no index, and pages are left some room, so that such a change touches no index.
 */
export const tables = (schema: string) => `
CREATE TABLE ${schema}.addresses (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  -- A keyed hash: no address can be read from it, nor looked for without the key.
  address text NOT NULL UNIQUE,
  -- Wrong guesses since the window began. None of them counts once the window is over.
  failures bigint NOT NULL DEFAULT 0,
  window_end double precision NOT NULL DEFAULT 0,
  -- For each budget of sends the instant at which it will be full again.
  budgets jsonb NOT NULL DEFAULT '{}',
  -- From then on the row says nothing any more. In whole days, so that it seldom changes.
  kept_until double precision NOT NULL DEFAULT 0
) WITH (fillfactor = 80);
CREATE INDEX addresses_kept_until ON ${schema}.addresses (kept_until);

CREATE TABLE ${schema}.challenges (
  -- Not a foreign key: an address outlives its challenges, and one that came back is another one.
  address_id bigint NOT NULL,
  -- A hash of the challenge's id.
  challenge text NOT NULL,
  expires_at double precision NOT NULL,
  attempts_left integer NOT NULL,
  -- Openings that were not taken back: the first one, and each mail sent again.
  mails integer NOT NULL DEFAULT 1,
  -- When the last mail went out; -infinity after one was taken back.
  mailed_at double precision NOT NULL,
  -- The highest failures_below that this code was tried with while guesses had made it too short.
  stale_below double precision NOT NULL DEFAULT 0,
  -- The first opening replaced a code that was too short, so no send was counted for it.
  free boolean NOT NULL DEFAULT false,
  -- What a sign-in gives back: sends of one budget, counted from an instant on.
  charged_budget text NOT NULL,
  charged_sends integer NOT NULL,
  charged_since double precision NOT NULL,
  -- Wrong guesses, and the window of the address that they were counted in.
  failures integer NOT NULL DEFAULT 0,
  window_end double precision NOT NULL DEFAULT 0,
  PRIMARY KEY (address_id, challenge)
) WITH (fillfactor = 80);
CREATE INDEX challenges_expires_at ON ${schema}.challenges (expires_at);
`
