-- A gateway says that it is alive and how many streams it has, and learns that of the others.
-- KEYS: the living, a hash of gateway to expiry in ms; their numbers, a hash of gateway to what it says
-- ARGV: its name; what it says; for how many ms that holds
-- Returns 1 when it was alive before, else 0; then each other one's name and what it says
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local before = redis.call('HGET', KEYS[1], ARGV[1])
redis.call('HSET', KEYS[1], ARGV[1], string.format('%.0f', now + ARGV[3]))
redis.call('HSET', KEYS[2], ARGV[1], ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[3] * 10)
redis.call('PEXPIRE', KEYS[2], ARGV[3] * 10)
local said = { (before and tonumber(before) >= now) and 1 or 0 }
local all = redis.call('HGETALL', KEYS[1])
for i = 1, #all, 2 do
  if tonumber(all[i + 1]) < now then
    redis.call('HDEL', KEYS[1], all[i])
    redis.call('HDEL', KEYS[2], all[i])
  elseif all[i] ~= ARGV[1] then
    local numbers = redis.call('HGET', KEYS[2], all[i])
    if numbers then
      said[#said + 1] = all[i]
      said[#said + 1] = numbers
    end
  end
end
return said
