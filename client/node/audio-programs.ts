import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

export interface AudioCommand {
  /** Name, or the full path once it was found. */
  readonly program: string;
  readonly args: readonly string[];
}

/** Programs that record PCM16 mono to standard output, best first. @param rate Hz */
export function recordCommands(rate: number, platform: NodeJS.Platform): AudioCommand[] {
  const grab = platform === 'darwin' ? ['-f', 'avfoundation', '-i', ':0'] : ['-f', 'alsa', '-i', 'default'];
  return [
    {
      program: 'arecord',
      args: ['-q', '-t', 'raw', '-f', 'S16_LE', '-c', '1', '-r', `${rate}`, '--buffer-time=100000'],
    },
    {
      program: 'rec',
      args: ['-q', '-t', 'raw', '-e', 'signed-integer', '-b', '16', '-L', '-c', '1', '-r', `${rate}`, '-'],
    },
    {
      program: 'ffmpeg',
      args: ['-loglevel', 'error', '-nostdin', ...grab, '-f', 's16le', '-ac', '1', '-ar', `${rate}`, '-'],
    },
  ];
}

/** Programs that play PCM16 mono from standard input, best first. @param rate Hz */
export function playCommands(rate: number): AudioCommand[] {
  return [
    {
      program: 'aplay',
      args: ['-q', '-t', 'raw', '-f', 'S16_LE', '-c', '1', '-r', `${rate}`, '--buffer-time=100000', '-'],
    },
    {
      program: 'play',
      args: ['-q', '-t', 'raw', '-e', 'signed-integer', '-b', '16', '-L', '-c', '1', '-r', `${rate}`, '-'],
    },
    {
      program: 'ffplay',
      args: [
        '-loglevel',
        'error',
        '-nodisp',
        '-fflags',
        'nobuffer',
        '-f',
        's16le',
        '-ch_layout',
        'mono',
        '-ar',
        `${rate}`,
        '-',
      ],
    },
  ];
}

/**
 * The first of the commands whose program is installed, with the program's full path; undefined when none is.
 * @param path folders to look in: the PATH of the environment
 */
export function firstInstalled(commands: readonly AudioCommand[], path: string): AudioCommand | undefined {
  for (const { program, args } of commands) {
    const found = path
      .split(delimiter)
      .filter((folder) => folder !== '')
      .map((folder) => join(folder, program))
      .find(isExecutable);
    if (found !== undefined) return { program: found, args };
  }
  return undefined;
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false; // not in this folder
  }
}
