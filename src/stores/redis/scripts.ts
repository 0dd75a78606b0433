import { createHash } from 'node:crypto'
import { PRELUDE } from './prelude.js'

/** A script, and the name under which the server caches it. */
export interface Script {
  readonly text: string
  /** SHA-1 of the text, in hex. */
  readonly sha1: string
}

/** The answer of {@link TRY_WRITES} if no command was refused. */
export const WRITTEN = 'written'

function script(text: string): Script {
  return { text, sha1: createHash('sha1').update(text).digest('hex') }
}

export const OPEN = script(`${PRELUDE}
local challenge, budget, pending = ARGV[1], ARGV[2], ARGV[3]
local burst, refillMs = tonumber(ARGV[4]), tonumber(ARGV[5])
local failuresBelow = tonumber(ARGV[6])
local ttlMs, keepMs = tonumber(ARGV[7]), tonumber(ARGV[8])
local attempts, spacingMs = tonumber(ARGV[9]), tonumber(ARGV[10])

-- A second click, or an old request that is sent again.
local twin = readAny(challenge)
if twin then
  if twin.attemptsLeft <= 0 then return 'taken' end
  local wait = math.max(0, twin.mailedAt and twin.mailedAt + spacingMs - now or 0)
  return 'waiting ' .. text(wait) .. ' ' .. text(failures)
end

local row = readChallenge(pending)
local usable = row and row.attemptsLeft > 0

local opened = {
  field = 'c' .. challenge,
  expiresAt = now + ttlMs,
  attemptsLeft = attempts,
  mails = 1,
  mailedAt = now,
  staleBelow = 0,
  free = false,
  budget = budget,
  sends = 1,
  since = now,
  guessedAt = false,
}
local function replace()
  if row then useUp(row) end
  tidy()
  return 'opened ' .. text(failures)
end

if usable then
  if isStale(row, failuresBelow) then
    opened.free, opened.budget, opened.sends, opened.since = true, row.budget, row.sends, row.since
    put(opened.field, challengeText(opened))
    return replace()
  end
  local wait = row.mailedAt and row.mailedAt + spacingMs - now or 0
  if wait > 0 then return 'waiting ' .. text(wait) end
end

local full, notBefore = readBudget(fields['b' .. budget])
local wait = math.max(full - (burst - 1) * refillMs, notBefore) - now
if wait > 0 then return 'limited ' .. text(wait) end
local fullAgainAt = text(math.max(full, now) + refillMs)

if usable and row.expiresAt - now > keepMs then
  if not charged(row, budget) then row.budget, row.sends, row.since = budget, 0, now end
  row.sends = row.sends + 1
  row.mails = row.mails + 1
  row.mailedAt = now
  put('b' .. budget, fullAgainAt, row.field, challengeText(row))
  tidy()
  return 'reopened'
end
put('b' .. budget, fullAgainAt, opened.field, challengeText(opened))
return replace()
`)

export const ATTEMPT = script(`${PRELUDE}
local challenge, budget, matched = ARGV[1], ARGV[2], ARGV[3] == '1'
local refillMs = tonumber(ARGV[4])
local failuresBelow, failuresWindowMs = tonumber(ARGV[5]), tonumber(ARGV[6])

local row = readChallenge(challenge)
if not row then return 'unknown' end
if row.attemptsLeft == 0 then return 'spent' end
if isStale(row, failuresBelow) then
  if failuresBelow > row.staleBelow then
    row.staleBelow = failuresBelow
    put(row.field, challengeText(row))
  end
  return 'stale'
end

-- A right code is counted like a wrong one first. Where this write fails, neither is judged.
local counted, countedUntil = failures, windowEnd
failures = failures + 1
if now >= windowEnd then windowEnd = now + failuresWindowMs end
row.guessedAt = true
row.attemptsLeft = row.attemptsLeft - 1
put('f', failuresText(), row.field, challengeText(row))

if matched then
  useUp(row)
  failures, windowEnd = counted, countedUntil
  if now < windowEnd then put('f', failuresText()) else remove('f') end
  if charged(row, budget) then refund(budget, refillMs, row.sends, row.since, 0, 0) end
  tidy()
  return 'accepted ' .. text(failures)
end
tidy()
return 'wrong ' .. text(failures) .. ' ' .. text(math.min(row.attemptsLeft, failuresBelow - failures))
`)

export const CANCEL = script(`${PRELUDE}
local challenge, budget, refunds = ARGV[1], ARGV[2], ARGV[3]
local refillMs, spacingMs, keepsMs = tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6])

local row = readChallenge(challenge)
if not row then return 'cancelled' end
-- After a cancel, only the time of the first charge is known.
local sentAt = row.mailedAt or row.since
local freeMail = row.mails == 1 and row.free
local concerns = refunds ~= 'none' and (freeMail or charged(row, budget))
-- After a guess the mail may have been delivered.
local sends = (freeMail or row.guessedAt) and 0 or 1
if concerns then row.sends = row.sends - sends end
if row.mails == 1 then
  remove(row.field)
else
  row.mails = row.mails - 1
  row.mailedAt = nil
  put(row.field, challengeText(row))
end
if concerns then
  -- A server has refused the mail, so the next one waits for the spacing, whether this one is refunded or not.
  local reduced = refunds == 'reduced'
  refund(budget, refillMs, sends, sentAt, reduced and keepsMs or 0, reduced and sentAt + spacingMs or 0)
end
tidy()
return 'cancelled'
`)

export const FORGET = script(`
redis.call('DEL', KEYS[1])
return 'forgotten'
`)

/**
 * Tries each command that writes, and leaves nothing behind. Returns the first command that was refused and the error:
 * that of a server that cannot save to its disk or has too few replicas, or of a user without the right to the command.
 */
export const TRY_WRITES = script(`
local refusal
local function try(command, ...)
  local reply = redis.pcall(command, ...)
  if type(reply) == 'table' and reply.err then refusal = refusal or command .. ' ' .. reply.err end
end
try('HSET', KEYS[1], 'f', '1')
try('HDEL', KEYS[1], 'f')
try('PEXPIREAT', KEYS[1], '1')
try('DEL', KEYS[1])
return refusal or '${WRITTEN}'
`)

/** Runs on the server that has the key, so that it works both on a single server and on a cluster. */
export const INFO = script(`
return redis.call('INFO', 'server') .. redis.call('INFO', 'memory')
  .. redis.call('INFO', 'replication') .. redis.call('INFO', 'cluster')
`)
