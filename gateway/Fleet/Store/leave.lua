-- A gateway says that it goes.
-- KEYS: the nodes; ARGV: its id
return redis.call('HDEL', KEYS[1], ARGV[1])
