-- What there is of a kept answer from a number on. KEYS: log, meta; ARGV: the number, how many entries at most
return { redis.call('HMGET', KEYS[2], 'node', 'begun', 'end'), redis.call('XRANGE', KEYS[1], ARGV[1], '+', 'COUNT', ARGV[2]) }
