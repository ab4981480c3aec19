import { createHash } from 'node:crypto';
import type { Agent } from './agent.schema.js';

const versions = new WeakMap<Agent, string>();

/** Tells an agent's file from what it was before: 12 hexadecimal digits of the SHA-256 of what it says, defaults included. */
export function agentVersion(agent: Agent): string {
  let version = versions.get(agent);
  if (version === undefined) {
    version = createHash('sha256').update(JSON.stringify(agent)).digest('hex').slice(0, 12);
    versions.set(agent, version);
  }
  return version;
}
