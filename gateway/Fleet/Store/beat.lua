-- A gateway says that it is there, and learns who else is.
-- KEYS: the nodes, a hash of id to "expiry in ms, a space, what the node says of itself"
-- ARGV: its id; what it says of itself; for how many ms that holds; the channel of the whole fleet; what it sends there
-- 1 when it was not there before, else 0; then the id of each that is there, and what it has said
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local new = redis.call('HSET', KEYS[1], ARGV[1], string.format('%.0f ', now + ARGV[3]) .. ARGV[2])
local all = redis.call('HGETALL', KEYS[1])
local live = {new}
for i = 1, #all, 2 do
  local expiry, said = string.match(all[i + 1], '^(%d+) (.*)$')
  if expiry and tonumber(expiry) >= now then
    live[#live + 1] = all[i]
    live[#live + 1] = said
  else
    redis.call('HDEL', KEYS[1], all[i])
  end
end
redis.call('PEXPIRE', KEYS[1], ARGV[3] * 10)
redis.call('PUBLISH', ARGV[4], ARGV[5])
return live
