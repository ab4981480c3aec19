// A business: what makes an installation somebody's. It is a folder whose `business.js` exports one of these by default;
// PARLEY_BUSINESS names the folder. Nothing else knows it. docs/another-business.md shows how to make one.
import type { Config } from '../config/config.token.js';
import type { CallStore } from '../database/calls/call-store.port.js';
import type { Access } from '../database/data.port.js';
import type { Database, FillDatabase } from '../database/database.js';
import type { CallerRpc } from '../database/rpc/caller-rpc.port.js';
import type { Documents } from '../documents/documents.port.js';
import type { Planner } from '../llm/plan.port.js';
import type { SpeechDomain, Vocabulary } from '../stt/domain.port.js';
import type { ArtifactStore } from '../tools/artifact-store.js';
import type { MailService } from '../tools/mail/mail-service.js';
import type { Tool } from '../tools/tool.js';
import type { WebSearch } from '../tools/web-search/web-search.port.js';

/** Nest injection token of the Business. */
export const BUSINESS = Symbol('Business');

/** What a business may build its tools on. */
export interface BusinessServices {
  readonly config: Config;
  /** Its own SQL functions, with the caller's rights. */
  readonly rpc: CallerRpc;
  /** Where those functions are, when that is our own database; with the server's rights. Undefined with Supabase. */
  readonly database: Database | undefined;
  readonly store: CallStore;
  /** Undefined when nobody delivers mail here. */
  readonly mail: MailService | undefined;
  readonly artifacts: ArtifactStore;
  /** What `npm run documents` and the admins' endpoint have added. */
  readonly documents: Documents;
  /** Undefined when web search is switched off. */
  readonly webSearch: WebSearch | undefined;
}

export interface OpenBusiness {
  /** One for each name in `Business.tools`. */
  readonly tools: readonly Tool[];
  /**
   * Names that may come up in this caller's calls (his clients, their shops), by what they are names of, the likeliest first:
   * recognisers listen for them, and the keyless planner knows them (by its slots' names). Only what the caller may see.
   */
  vocabulary?(access: Access): Promise<Vocabulary>;
  /** Called once, when no call is left. */
  close?(): Promise<void>;
}

export interface Business {
  readonly name: string;
  /** Agent of a session that names none, when DEFAULT_AGENT is empty. Agent files are in `agents` beside `business.js`. */
  readonly agent: string;
  /** What a newcomer may ask it, for the line that the server prints at boot. */
  readonly example: string;
  /** Names of its tools: agent files may give out these. */
  readonly tools: readonly string[];
  /** How its callers speak, for the keyless recogniser. */
  readonly speech: SpeechDomain;
  /** How its callers' wishes are recognised, and what is said about them, for the keyless planner. */
  readonly planner: Planner;
  /** Words, separated by blanks, that its callers and its documents use for the same thing. */
  readonly synonyms?: readonly string[];
  /** Fills an empty database of a desk with demo data; never called in production. */
  readonly fill?: FillDatabase;
  /** Its own errors whose messages hold no caller's words, rows or keys, and may be logged. */
  readonly safeErrors?: readonly (abstract new (...args: never[]) => Error)[];
  /** Makes its tools; what it rejects with stops the boot. */
  open(services: BusinessServices): OpenBusiness | Promise<OpenBusiness>;
}
