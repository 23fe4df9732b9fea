-- What there is of a stream. KEYS: own, log, meta, answer
local top = redis.call('XREVRANGE', KEYS[2], '+', '-', 'COUNT', 1)
return {
  top[1] and top[1][1] or '',
  redis.call('HGET', KEYS[1], 'owner') or '',
  redis.call('GET', KEYS[4]) or '',
  redis.call('HMGET', KEYS[3], 'head', 'state', 'id', 'snapshot', 'snapshotAt'),
}
