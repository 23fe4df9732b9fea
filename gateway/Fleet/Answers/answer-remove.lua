-- A kept answer is kept no longer. KEYS: log, meta; ARGV: channel
redis.call('DEL', KEYS[1], KEYS[2])
return redis.call('PUBLISH', ARGV[1], 'removed')
