import { ConfigError } from './config/config-error.js';
import { DatabaseFaultError } from './database/database-fault-error.js';
import { FolderInUseError } from './database/pglite/folder-lock.js';

/** What the file system says of a data folder that cannot be used. */
const UNUSABLE = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOSPC', 'ENOTDIR', 'EEXIST', 'EISDIR']);

/** Why a boot failed: what an operator can put right in lines; anything else is a fault of ours, with its stack. */
export function explainBoot(error: unknown): string {
  if (error instanceof ConfigError) return error.report;
  if (error instanceof FolderInUseError || error instanceof DatabaseFaultError) return error.message;
  const { code = '', port, path, syscall } = error as NodeJS.ErrnoException & { port?: number };
  if (code === 'EADDRINUSE') return `Port ${port} is in use: set STREAM_WS_PORT to another one (0 takes a free one).`;
  if (code === 'EACCES' && port !== undefined) return `Port ${port} may not be used: set STREAM_WS_PORT above 1023.`;
  // Folders that are made with their parents fail with ENOENT on a file system that is read-only.
  if (path !== undefined && (UNUSABLE.has(code) || (code === 'ENOENT' && syscall === 'mkdir'))) {
    return `${(error as Error).message}: set PARLEY_DATA_DIR to a folder that this user may write to.`;
  }
  if (code === 'ENOSPC') return 'The disk is full: make room, or set PARLEY_DATA_DIR to a folder on another disk.';
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
