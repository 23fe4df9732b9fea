-- Keeps the lease of a stream.
-- KEYS: own, log, meta, want; ARGV: nonce; ms of the lease; ms that keys live; the id of the newest entry, empty where that does not matter
-- -1 when it is another's, else the sum of 1: somebody else waits for it, 2: meta is gone, 4: the log does not end where it should
if redis.call('HGET', KEYS[1], 'nonce') ~= ARGV[1] then
  return -1
end
redis.call('PEXPIRE', KEYS[1], ARGV[2])
redis.call('PEXPIRE', KEYS[2], ARGV[3])
local short = 0
if ARGV[4] ~= '' then
  local top = redis.call('XREVRANGE', KEYS[2], '+', '-', 'COUNT', 1)
  if not top[1] or top[1][1] ~= ARGV[4] then
    short = 4
  end
end
return redis.call('EXISTS', KEYS[4]) + 2 * (1 - redis.call('PEXPIRE', KEYS[3], ARGV[3])) + short
