import { join, resolve } from 'node:path';
import type { Config } from '../config/config.token.js';

/** Where recordings lie: an absolute path. */
export const recordingsFolder = (config: Pick<Config, 'RECORDINGS_DIR' | 'PARLEY_DATA_DIR'>): string =>
  resolve(config.RECORDINGS_DIR ?? join(config.PARLEY_DATA_DIR, 'recordings'));
