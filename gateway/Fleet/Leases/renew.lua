-- Keeps the lease of a stream.
-- KEYS: own, log, meta, want; ARGV: nonce; ms of the lease; ms that keys live
-- -1 when it is another's, else the sum of 1: somebody else waits for it, 2: meta is gone, 4: the log is gone
if redis.call('HGET', KEYS[1], 'nonce') ~= ARGV[1] then
  return -1
end
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return redis.call('EXISTS', KEYS[4])
  + 2 * (1 - redis.call('PEXPIRE', KEYS[3], ARGV[3]))
  + 4 * (1 - redis.call('PEXPIRE', KEYS[2], ARGV[3]))
