// The shared memory of several instances: one connection to Redis, when there is one (REDIS_URL).
// Owns the connection and nothing else; what is kept there, and what happens while it is away, is its users' business.
import type { Redis } from 'ioredis';

/** Undefined without REDIS_URL. Commands fail at once while Redis is away: every user has an answer for that. */
export type SharedRedis = Redis | undefined;

/** Nest injection token of the ImpatientRedis, for what callers wait for; undefined without REDIS_URL. */
export const IMPATIENT_REDIS = Symbol('ImpatientRedis');
/** Nest injection token of the SharedRedis. For subscriptions take `redis.duplicate()`, and disconnect that yourself. */
export const REDIS = Symbol('Redis');
