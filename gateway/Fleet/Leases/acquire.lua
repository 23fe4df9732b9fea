-- Takes the lease of a stream, if nobody else has it.
-- KEYS: own, log, meta, want
-- ARGV: owner; nonce of this acquisition; ms of the lease; 1 when somebody here waits for it; ms for which that is remembered; ms that keys live; generation and
--   number of the entry that must be there, 0 for none: a store that has lost it is first for the one who had the lease
local owner = redis.call('HGET', KEYS[1], 'owner')
if owner and owner ~= ARGV[1] then
  if ARGV[4] == '1' then
    redis.call('SET', KEYS[4], owner, 'PX', ARGV[5])
  end
  return {0, redis.call('PTTL', KEYS[1]), owner}
end
local top = redis.call('XREVRANGE', KEYS[2], '+', '-', 'COUNT', 1)
if not owner and ARGV[7] ~= '0' then
  local generation, number = string.match(top[1] and top[1][1] or '0-0', '(%d+)-(%d+)')
  generation, number = tonumber(generation), tonumber(number)
  if generation < tonumber(ARGV[7]) or (generation == tonumber(ARGV[7]) and number < tonumber(ARGV[8])) then
    return {0, ARGV[3], ''}
  end
end
redis.call('HSET', KEYS[1], 'owner', ARGV[1], 'nonce', ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
local before = redis.call('HGET', KEYS[3], 'by')
redis.call('HSET', KEYS[3], 'by', ARGV[1])
redis.call('PEXPIRE', KEYS[3], ARGV[6])
return {1, top[1] and top[1][1] or '', before or ''}
