-- Appends entries for whoever has the lease, by the nonce of the acquisition, and tells those who hear.
-- KEYS: own, log, meta
-- ARGV: nonce; ms of the lease; generation; number of the first entry; number of the oldest to be kept; ms that keys live, or 0 to leave them as they are;
--       channel; head of the message; the id of the newest entry before these, empty for none and 'any' where it does not matter; count of the fields of
--       meta; the fields and their values; the entries
-- -1 when it is another's, -2 when the log does not end where it should: the store has lost something
if redis.call('HGET', KEYS[1], 'nonce') ~= ARGV[1] then
  return -1
end
if ARGV[9] ~= 'any' then
  local top = redis.call('XREVRANGE', KEYS[2], '+', '-', 'COUNT', 1)
  if (top[1] and top[1][1] or '') ~= ARGV[9] then
    return -2
  end
end
redis.call('PEXPIRE', KEYS[1], ARGV[2])
local fields = tonumber(ARGV[10])
local first = 11 + fields
if fields > 0 then
  redis.call('HSET', KEYS[3], unpack(ARGV, 11, first - 1))
end
local number = tonumber(ARGV[4])
local message = {ARGV[8]}
for i = first, #ARGV do
  redis.call('XADD', KEYS[2], ARGV[3] .. string.format('-%.0f', number), 'f', ARGV[i])
  message[#message + 1] = struct.pack('>I4', #ARGV[i])
  message[#message + 1] = ARGV[i]
  number = number + 1
end
redis.call('XTRIM', KEYS[2], 'MINID', '~', ARGV[3] .. '-' .. ARGV[5])
if ARGV[6] ~= '0' then
  redis.call('PEXPIRE', KEYS[2], ARGV[6])
  redis.call('PEXPIRE', KEYS[3], ARGV[6])
end
redis.call('PUBLISH', ARGV[7], table.concat(message))
return 1
