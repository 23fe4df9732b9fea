-- Binds a ticket to the stream that it is used for first.
-- KEYS: the ticket; ARGV: the stream; 1 when this may be the first use; when the ticket ends, in ms
-- Returns the stream that it is bound to; empty for none
local bound = redis.call('GET', KEYS[1])
if bound then
  return bound
end
if ARGV[2] ~= '1' then
  return ''
end
redis.call('SET', KEYS[1], ARGV[1], 'PXAT', ARGV[3])
return ARGV[1]
