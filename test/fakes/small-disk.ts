import { open } from 'node:fs/promises';

const FULL = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });

/** A disk on which so many bytes are free. Of a write that is larger, what fits is written, as a real one does it. */
export class SmallDisk {
  constructor(public free: number) {}

  readonly open = async (path: string) => {
    const file = await open(path, 'a');
    return {
      appendFile: async (bytes: Uint8Array): Promise<void> => {
        const fits = bytes.subarray(0, Math.max(0, this.free));
        await file.appendFile(fits);
        this.free -= fits.length;
        if (fits.length < bytes.length) throw FULL;
      },
      datasync: () => file.datasync(),
      truncate: async (length: number): Promise<void> => {
        this.free += (await file.stat()).size - length;
        await file.truncate(length);
      },
      close: () => file.close(),
    };
  };
}
