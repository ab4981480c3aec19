import { createHash } from 'node:crypto';
import type { Agent } from './agent.schema.js';

const versions = new WeakMap<Agent, string>();

/** The agent as it is known by another version than its own: that of its publication. */
export function nameVersion(agent: Agent, version: string): Agent {
  versions.set(agent, version);
  return agent;
}

/** Tells an agent's file from what it was before: 12 hexadecimal digits of the SHA-256 of what it says, defaults included. */
export function agentVersion(agent: Agent): string {
  let version = versions.get(agent);
  if (version === undefined) {
    version = createHash('sha256').update(JSON.stringify(agent)).digest('hex').slice(0, 12);
    versions.set(agent, version);
  }
  return version;
}
