/**
 * The beginning of every script. One Redis hash holds all data of an address:
 *
 * - `f`: its failures and the end of their window, such as `3 1795567890123`
 * - `b` and the id of a budget: when that budget is full again and, if its last mail was refused, when the next
 *   send is allowed
 * - `c` and the id of a challenge: the words that `readChallenge` reads, in its order
 *
 * Instants are milliseconds since 1970 by the server's clock. Those of a challenge are stored as milliseconds
 * before its expiry. That keeps the value below 64 bytes, up to which Redis stores a hash as a compact list.
 *
 * When Redis is out of memory, it refuses the first write of a script if that write may need memory, but no
 * later one. Therefore a script writes all that it counts in one `put`, before it removes anything.
 */
export const PRELUDE = `
local key = KEYS[1]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local fields = {}
local flat = redis.call('HGETALL', key)
for i = 1, #flat, 2 do fields[flat[i]] = flat[i + 1] end

local failures, windowEnd = 0, 0
if fields.f then
  local count, instant = string.match(fields.f, '(%S+) (%S+)')
  failures, windowEnd = tonumber(count), tonumber(instant)
end
if now >= windowEnd then failures = 0 end

-- 17 digits distinguish any two numbers.
local function text(number)
  return string.format('%.17g', number)
end

local function failuresText()
  return text(failures) .. ' ' .. text(windowEnd)
end

-- Returns when a budget is full again, and the instant before which it allows no send.
local function readBudget(value)
  local full, notBefore = string.match(value or '0', '(%S+) ?(%S*)')
  return tonumber(full), tonumber(notBefore) or 0
end

local function endOf(field, value)
  local kind = string.sub(field, 1, 1)
  if kind == 'f' then return windowEnd end
  if kind == 'b' then return math.max(readBudget(value)) end
  return tonumber(string.match(value, '%S+'))
end

local function put(...)
  redis.call('HSET', key, ...)
  local written = {...}
  for i = 1, #written, 2 do fields[written[i]] = written[i + 1] end
end

local function remove(field)
  redis.call('HDEL', key, field)
  fields[field] = nil
end

-- Removes expired fields, and sets the key to expire with its last field.
local function tidy()
  local latest = 0
  for field, value in pairs(fields) do
    local instant = endOf(field, value)
    if instant > now then
      latest = math.max(latest, instant)
    else
      remove(field)
    end
  end
  redis.call('PEXPIREAT', key, text(math.ceil(latest)))
end

-- Instead of attempts: the code was accepted or replaced. The field only keeps its id from being used again.
local USED = -1

-- Returns a challenge, also one that has been used, or nil if it does not exist or has expired.
local function readAny(id)
  local value = fields['c' .. id]
  if not value then return nil end
  local word = {}
  for each in string.gmatch(value, '%S+') do word[#word + 1] = each end
  local expiresAt = tonumber(word[1])
  if now >= expiresAt then return nil end
  local mailed = tonumber(word[4])
  return {
    field = 'c' .. id,
    expiresAt = expiresAt,
    attemptsLeft = tonumber(word[2]),
    mails = tonumber(word[3]),
    mailedAt = mailed and expiresAt - mailed,
    staleBelow = tonumber(word[5]),
    free = word[6] == '1',
    budget = word[7],
    sends = tonumber(word[8]),
    since = expiresAt - tonumber(word[9]),
    guessedAt = word[10] == '1',
  }
end

-- Returns a challenge, or nil if it does not exist, has expired or has been used.
local function readChallenge(id)
  local row = readAny(id)
  if row and row.attemptsLeft ~= USED then return row end
  return nil
end

local function challengeText(row)
  return table.concat({
    text(row.expiresAt),
    text(row.attemptsLeft),
    text(row.mails),
    row.mailedAt and text(row.expiresAt - row.mailedAt) or '-',
    text(row.staleBelow),
    row.free and '1' or '0',
    row.budget,
    text(row.sends),
    text(row.expiresAt - row.since),
    row.guessedAt and '1' or '0',
  }, ' ')
end

-- Ends a challenge. Its field stays until its expiry, so that no later challenge has the same code.
local function useUp(row)
  row.attemptsLeft = USED
  put(row.field, challengeText(row))
end

-- Too short for so many failures, or once found too short. The latter is final, even if the failures decrease.
local function isStale(row, failuresBelow)
  return failures >= failuresBelow or failuresBelow <= row.staleBelow
end

local function charged(row, budget)
  return row.sends > 0 and row.budget == budget
end

-- Refunds sends without the part that has refilled already, which would count twice. At least keepsMs of the
-- charge stay, and the next send is not allowed before an instant.
local function refund(budget, refillMs, sends, since, keepsMs, notBefore)
  local field = 'b' .. budget
  if not fields[field] and notBefore <= now then return end
  local back = math.max(0, sends * refillMs - math.max(now - since, keepsMs))
  local full, earlier = readBudget(fields[field])
  local latest = math.max(earlier, notBefore)
  put(field, text(full - back) .. (latest > now and ' ' .. text(latest) or ''))
end
`
