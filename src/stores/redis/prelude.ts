/**
 * What every script begins with. One hash holds all that is known of an address:
 *
 * - `f`: its wrong guesses and when their window ends, such as `3 1795567890123`;
 * - `b` and a budget's id: when that budget will be full again;
 * - `c` and a challenge's id: what `readChallenge` below reads, in that order.
 *
 * Instants are milliseconds since 1970 by the server's clock. Within a challenge they are written as how
 * long before its expiry they lie: that keeps it below 64 bytes, up to which Redis packs a hash tightly.
 *
 * A server that is out of memory refuses a script's first write if that write may need room, and
 * none after it. So what must be counted goes into one `put`, before anything is removed; and what
 * only frees (a right code, a first mail taken back) begins with `remove` and still works then.
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

-- No digit is lost: 17 of them tell any two numbers apart.
local function text(number)
  return string.format('%.17g', number)
end

local function failuresText()
  return text(failures) .. ' ' .. text(windowEnd)
end

local function endOf(field, value)
  local kind = string.sub(field, 1, 1)
  if kind == 'f' then return windowEnd end
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

-- Removes what says nothing any more, and lets the whole go when the last of it will say nothing.
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

-- A challenge that has not expired.
local function readChallenge(id)
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
    failures = tonumber(word[10]),
    windowEnd = tonumber(word[11]),
  }
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
    text(row.failures),
    text(row.windowEnd),
  }, ' ')
end

-- Too short for so many failures, or once found to be: for good, even if the count falls.
local function isStale(row, failuresBelow)
  return failures >= failuresBelow or failuresBelow <= row.staleBelow
end

local function charged(row, budget)
  return row.sends > 0 and row.budget == budget
end

local function fullAt(budget)
  return tonumber(fields['b' .. budget] or 0)
end

-- Only what has not refilled by itself: the rest would count twice.
local function giveBackSends(budget, refillMs, sends, since)
  local back = math.max(0, sends * refillMs - (now - since))
  if fields['b' .. budget] then put('b' .. budget, text(fullAt(budget) - back)) end
end
`
