import { createHash } from 'node:crypto';

/**
 * A UUID (version 8, RFC 9562 section 5.8) that is the same for the same parts: an event that comes again has the id that it
 * had, so that whatever is stored under it is stored once.
 */
export function idOf(...parts: readonly (string | number)[]): string {
  const bytes = createHash('sha256').update(JSON.stringify(parts)).digest().subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
