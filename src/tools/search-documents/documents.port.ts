// The business's own documents, searched on behalf of one caller.
import type { Access } from '../../database/data.port.js';

export interface DocumentHit {
  readonly title: string;
  readonly content: string;
  /** 0 to 1: how much of the question it covers. */
  readonly score: number;
}

export interface Documents {
  /** Best first; empty when nothing fits. Throws DataError. */
  searchDocuments(query: string, limit: number, access: Access): Promise<readonly DocumentHit[]>;
}
