-- A stream takes its place among those of its address and of its subject, all gateways' together: in both or in none.
-- KEYS: the living, a hash of gateway to expiry in ms; the places of the address, a hash of place to a word; those of the subject, a hash of place to
--   "since when in ms, a space, what was asked for"
-- ARGV: the place, which is "gateway/number"; its value; for how many ms keys hold; for how many ms a gateway does; the limit of the address, 0 for none;
--   that of the subject, 0 for none; who may be evicted for it: 'oldest', 'target' (who has asked for the same) or 'none'; what is asked for; the channel of
--   the whole fleet; then places of the same gateway that this one takes over
-- Returns 0, or the number of the key that is full, 2 or 3; and 1 when the gateway had been taken for dead
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local alive = {}
local function lives(place)
  local gateway = string.match(place, '^(.*)/') or ''
  if alive[gateway] == nil then
    local expiry = redis.call('HGET', KEYS[1], gateway)
    alive[gateway] = (expiry and tonumber(expiry) >= now) or false
  end
  return alive[gateway]
end

local own = string.match(ARGV[1], '^(.*)/')
local absent = 0
if not lives(ARGV[1]) then
  absent = 1
  redis.call('HSET', KEYS[1], own, string.format('%.0f', now + ARGV[4]))
  alive[own] = true
end

local replaced = {}
for i = 10, #ARGV do
  replaced[ARGV[i]] = true
end

-- What is left by gateways that have died goes only when it is in the way.
local function full(key, limit)
  local free = limit
  for i = 10, #ARGV do
    free = free + redis.call('HEXISTS', key, ARGV[i])
  end
  if limit == 0 or redis.call('HLEN', key) < free then
    return false
  end
  local places = redis.call('HKEYS', key)
  local taken = #places
  for _, place in ipairs(places) do
    if not lives(place) then
      redis.call('HDEL', key, place)
      taken = taken - 1
    end
  end
  return taken >= free
end

if full(KEYS[2], tonumber(ARGV[5])) then
  return { 2, absent }
end

local yielding = nil
if full(KEYS[3], tonumber(ARGV[6])) then
  local places = redis.call('HGETALL', KEYS[3])
  local oldest = nil
  for i = 1, #places, 2 do
    local since, target = string.match(places[i + 1], '^(%d+) (.*)$')
    since = tonumber(since) or 0
    if not replaced[places[i]] and (ARGV[7] == 'oldest' or (ARGV[7] == 'target' and target == ARGV[8])) and (not oldest or since < oldest) then
      oldest, yielding = since, places[i]
    end
  end
  if not yielding then
    return { 3, absent }
  end
end

for key = 2, 3 do
  if tonumber(ARGV[key + 3]) > 0 then
    for i = 10, #ARGV do
      redis.call('HDEL', KEYS[key], ARGV[i])
    end
    redis.call('HSET', KEYS[key], ARGV[1], ARGV[2])
    redis.call('PEXPIRE', KEYS[key], ARGV[3])
  end
end
if yielding then
  redis.call('HDEL', KEYS[3], yielding)
  redis.call('PUBLISH', ARGV[9], 'E' .. yielding)
end
return { 0, absent }
