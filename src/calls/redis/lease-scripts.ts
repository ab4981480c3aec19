// A call in Redis is one hash: `fence`, `owner` (empty: nobody), `user`, `tokens`, `call`. Each script decides and writes in
// one step. The highest fence wins, also after Redis has lost what it had.
//
// Of every call that is not over two more things are known, which outlive it: in a sorted set when it is overdue, in a hash
// whose it is. Whoever finds one that is overdue ends it.

/** How long these two are kept when nobody writes to them any more, ms. */
const KEEP_MS = 7 * 86_400_000;

/**
 * KEYS: the call, the overdue ones, the facts. ARGV: fence, owner, user, tokens, call, ttl in ms, the call's id, its facts.
 * 1: written; 0: somebody else has the call.
 */
export const SAVE = `
local time = redis.call('TIME')
local fence = tonumber(redis.call('HGET', KEYS[1], 'fence') or '0')
if fence > tonumber(ARGV[1]) then return 0 end
redis.call('HSET', KEYS[1], 'fence', ARGV[1], 'owner', ARGV[2], 'user', ARGV[3], 'tokens', ARGV[4], 'call', ARGV[5])
redis.call('PEXPIRE', KEYS[1], ARGV[6])
redis.call('ZADD', KEYS[2], time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[6], ARGV[7])
redis.call('HSET', KEYS[3], ARGV[7], ARGV[8])
redis.call('PEXPIRE', KEYS[2], ${KEEP_MS})
redis.call('PEXPIRE', KEYS[3], ${KEEP_MS})
return 1`;

/**
 * KEYS: the call. ARGV: what the channel of an owner begins with. Its user, tokens, owner and fence, the time by Redis's clock
 * in ms, and how many listen to its owner.
 */
export const READ = `
local time = redis.call('TIME')
local fields = redis.call('HMGET', KEYS[1], 'user', 'tokens', 'owner', 'fence')
fields[5] = time[1] * 1000 + math.floor(time[2] / 1000)
fields[6] = redis.call('PUBSUB', 'NUMSUB', ARGV[1] .. (fields[3] or ''))[2]
return fields`;

/**
 * KEYS: the call. ARGV: the fence under which it was seen, when, owner, how long that counts in ms, tokens. The call, or nil when
 * somebody was faster, or when the claimant has given up by now: nobody would know that the call is his.
 */
export const CLAIM = `
local time = redis.call('TIME')
if time[1] * 1000 + time[2] / 1000 - ARGV[2] > tonumber(ARGV[4]) then return nil end
if redis.call('HGET', KEYS[1], 'fence') ~= ARGV[1] then return nil end
local call = redis.call('HGET', KEYS[1], 'call')
if not call then return nil end
redis.call('HSET', KEYS[1], 'fence', ARGV[1] + 1, 'owner', ARGV[3], 'tokens', ARGV[5])
return call`;

/** KEYS: the call, the overdue ones, the facts. ARGV: fence, ttl in ms, the call's id. What is left keeps an owner that stood still from beginning it again. */
export const REMOVE = `
local fence = tonumber(redis.call('HGET', KEYS[1], 'fence') or '0')
if fence > tonumber(ARGV[1]) then return 0 end
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], 'fence', ARGV[1] + 1)
redis.call('PEXPIRE', KEYS[1], ARGV[2])
redis.call('ZREM', KEYS[2], ARGV[3])
redis.call('HDEL', KEYS[3], ARGV[3])
return 1`;

/** KEYS: the overdue ones. ARGV: how many at most. Their ids. */
export const OVERDUE = `
local time = redis.call('TIME')
return redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', time[1] * 1000, 'LIMIT', 0, ARGV[1])`;

/**
 * KEYS: the call, the overdue ones, the facts. ARGV: the call's id, the fence that nobody has, how long it is remembered as
 * over and when it is overdue again, both in ms. Its facts, or nil when somebody was faster or has kept it after all.
 */
export const BURY = `
local time = redis.call('TIME')
local now = time[1] * 1000
local due = redis.call('ZSCORE', KEYS[2], ARGV[1])
if not due or tonumber(due) > now then return nil end
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], 'fence', ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
redis.call('ZADD', KEYS[2], now + ARGV[4], ARGV[1])
return redis.call('HGET', KEYS[3], ARGV[1])`;
