-- Has the store agree with a gateway about its places.
-- KEYS: where each is; ARGV: for how many ms keys hold; then for each: the place as it was, the place as it is, its value; empty for none
for i, key in ipairs(KEYS) do
  local before, place, value = ARGV[i * 3 - 1], ARGV[i * 3], ARGV[i * 3 + 1]
  if before ~= '' then
    redis.call('HDEL', key, before)
  end
  if place ~= '' then
    redis.call('HSET', key, place, value)
    redis.call('PEXPIRE', key, ARGV[1])
  end
end
return 0
