import { RpcBusinessData } from '../../src/payments/data/rpc-business-data.js';
import type { BusinessData } from '../../src/payments/data/business-data.port.js';
import { SYNONYMS } from '../../src/payments/planner/synonyms.js';
import type { CallStore } from '../../src/database/calls/call-store.port.js';
import { DataError } from '../../src/database/data.port.js';
import type { DataErrorCode } from '../../src/database/data.port.js';
import type { Database } from '../../src/database/database.js';
import type { CallerRpc } from '../../src/database/rpc/caller-rpc.port.js';
import { SqlRpc } from '../../src/database/rpc/sql-rpc.js';
import type { Documents } from '../../src/documents/documents.port.js';
import { DocumentSearch } from '../../src/documents/search/document-search.js';
import type { ToolCall } from '../../src/llm/llm.port.js';
import type { Tool } from '../../src/tools/tool.js';
import { ToolRegistry } from '../../src/tools/tool-runner.js';
import type { Consent, ToolContext } from '../../src/tools/tool.port.js';
import { MemoryEffects } from '../fakes/side-effects.js';
import { callerOf } from './database.js';

/** The search of the demo business over its own words, without an embedding model. */
export const documentsIn = (rpc: CallerRpc): Documents =>
  new DocumentSearch(rpc, { embedder: undefined, synonyms: SYNONYMS, warn: () => undefined });

export const documentsOf = (database: Database): Documents => documentsIn(new SqlRpc(database));

export const businessDataOf = (database: Database): BusinessData => new RpcBusinessData(new SqlRpc(database));

const failing = (code: DataErrorCode) => () => Promise.reject(new DataError(code, 'broken on purpose'));

/** Business data whose every method fails in one way. */
export function brokenData(code: DataErrorCode): BusinessData {
  const fail = failing(code);
  return { queryTransactions: fail, findClients: fail, callerNames: fail, clientEmail: fail };
}

/** A call store whose every method fails in one way. */
export function brokenStore(code: DataErrorCode): CallStore {
  const fail = failing(code);
  return {
    write: fail,
    findCall: fail,
    saidBy: fail,
    eraseCaller: fail,
    expireCalls: fail,
    storeArtifact: fail,
    readArtifact: fail,
    readLinkedArtifact: fail,
    claimEffect: fail,
    settleEffect: fail,
  };
}

let questions = 0;
/** A yes to a question of its own, or to one of this number. */
export const consentOf = (number = (questions += 1)): Consent => ({ number, begin: () => true });

export const contextOf = (userId = 'demo', signal = new AbortController().signal): ToolContext => ({
  caller: callerOf(userId),
  sessionId: 'session-1',
  signal,
  consent: consentOf(),
});

let calls = 0;
/** A call as a model makes it, under an id of its own. */
export const callOf = (name: string, args: object | string, id = `call-${(calls += 1)}`): ToolCall => ({
  id,
  name,
  arguments: typeof args === 'string' ? args : JSON.stringify(args),
});

/** One tool in a registry, the faults that operators would hear of, and the side effects that it has kept. */
export function registryOf(...tools: Tool[]): { registry: ToolRegistry; faults: unknown[]; effects: MemoryEffects } {
  const faults: unknown[] = [];
  const effects = new MemoryEffects();
  const registry = new ToolRegistry(tools, { onFault: (_tool, error) => faults.push(error), effects });
  return { registry, faults, effects };
}
