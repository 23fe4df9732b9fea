-- A gateway gives back all of its places: nobody takes it for alive any more.
-- KEYS: the living; their numbers; ARGV: its name
redis.call('HDEL', KEYS[1], ARGV[1])
return redis.call('HDEL', KEYS[2], ARGV[1])
