-- Gives the lease back, and says so; with an answer when the upstream has given no stream.
-- KEYS: own, answer; ARGV: nonce; channel; message; the answer, or nothing; ms for which it holds
if redis.call('HGET', KEYS[1], 'nonce') ~= ARGV[1] then
  return 0
end
redis.call('DEL', KEYS[1])
if ARGV[4] ~= '' then
  redis.call('SET', KEYS[2], ARGV[4], 'PX', ARGV[5])
end
redis.call('PUBLISH', ARGV[2], ARGV[3] .. ARGV[4])
return 1
