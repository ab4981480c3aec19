// A call in Redis is one hash: `fence`, `owner` (empty: nobody), `user`, `tokens`, `call`. Each script decides and writes in
// one step. The highest fence wins, also after Redis has lost what it had.

/** KEYS: the call. ARGV: fence, owner, user, tokens, call, ttl in ms. 1: written; 0: somebody else has the call. */
export const SAVE = `
local fence = tonumber(redis.call('HGET', KEYS[1], 'fence') or '0')
if fence > tonumber(ARGV[1]) then return 0 end
redis.call('HSET', KEYS[1], 'fence', ARGV[1], 'owner', ARGV[2], 'user', ARGV[3], 'tokens', ARGV[4], 'call', ARGV[5])
redis.call('PEXPIRE', KEYS[1], ARGV[6])
return 1`;

/** KEYS: the call. Its user, tokens, owner and fence, and the time by Redis's clock in ms. */
export const READ = `
local time = redis.call('TIME')
local fields = redis.call('HMGET', KEYS[1], 'user', 'tokens', 'owner', 'fence')
fields[5] = time[1] * 1000 + math.floor(time[2] / 1000)
return fields`;

/**
 * KEYS: the call. ARGV: the fence under which it was seen, when, owner, how long that counts in ms. The call, or nil when
 * somebody was faster, or when the claimant has given up by now: nobody would know that the call is his.
 */
export const CLAIM = `
local time = redis.call('TIME')
if time[1] * 1000 + time[2] / 1000 - ARGV[2] > tonumber(ARGV[4]) then return nil end
if redis.call('HGET', KEYS[1], 'fence') ~= ARGV[1] then return nil end
local call = redis.call('HGET', KEYS[1], 'call')
if not call then return nil end
redis.call('HSET', KEYS[1], 'fence', ARGV[1] + 1, 'owner', ARGV[3])
return call`;

/** KEYS: the call. ARGV: fence, ttl in ms. What is left keeps an owner that stood still from beginning it again. */
export const REMOVE = `
local fence = tonumber(redis.call('HGET', KEYS[1], 'fence') or '0')
if fence > tonumber(ARGV[1]) then return 0 end
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], 'fence', ARGV[1] + 1)
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return 1`;
