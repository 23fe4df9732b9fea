-- Appends to a kept answer what its gateway has of it, and tells those who hear.
-- KEYS: log, a stream with entries "number after the last frame-frames in it"; meta
-- ARGV: the number that the log must end at, empty to begin it anew; the number that it ends at then; the number of the oldest frame to be kept; ms that keys
--   live; channel; the id of the entry, empty for none; its frames; how often it has been begun by now; then fields of meta with their values
-- Returns how many gateways hear; or the number that the log ends at, as a text, -1 for nothing, where that is another one
local top = redis.call('HGET', KEYS[2], 'top')
if ARGV[1] == '' then
  -- One that nobody has waited for any longer, and that is run after the one that took its place.
  if tonumber(redis.call('HGET', KEYS[2], 'begins') or '0') >= tonumber(ARGV[8]) then
    return top
  end
  redis.call('DEL', KEYS[1], KEYS[2])
else
  if top ~= ARGV[1] or (redis.call('HGET', KEYS[2], 'has') and redis.call('EXISTS', KEYS[1]) == 0) then
    return top or '-1'
  end
end
if ARGV[6] ~= '' then
  redis.call('XADD', KEYS[1], ARGV[6], 'f', ARGV[7])
  redis.call('XTRIM', KEYS[1], 'MINID', string.format('%.0f', tonumber(ARGV[3]) + 1))
  redis.call('HSET', KEYS[2], 'has', 1)
end
redis.call('HSET', KEYS[2], 'top', ARGV[2], 'begins', unpack(ARGV, 8))
redis.call('PEXPIRE', KEYS[1], ARGV[4])
redis.call('PEXPIRE', KEYS[2], ARGV[4])
return redis.call('PUBLISH', ARGV[5], '')
