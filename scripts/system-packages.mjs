// The programs that tests start for real, how to see whether they are there, and the Debian packages that bring them.
import { existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const onPath = (program) =>
  (process.env.PATH ?? '').split(delimiter).some((folder) => folder !== '' && existsSync(join(folder, program)));

/** Folders that Debian keeps PostgreSQL's server programs in, newest last. */
export function postgresFolders() {
  const root = '/usr/lib/postgresql';
  const versions = existsSync(root) ? readdirSync(root).sort((a, b) => Number(a) - Number(b)) : [];
  return versions.map((version) => join(root, version, 'bin')).filter((folder) => existsSync(join(folder, 'initdb')));
}

export const systemPackages = {
  pocketsphinx: {
    present: () => onPath('pocketsphinx_continuous') && existsSync('/usr/share/pocketsphinx/model/en-us/en-us'),
    debian: ['pocketsphinx', 'pocketsphinx-en-us'],
    suites: 'real recognition',
  },
  sox: { present: () => onPath('sox'), debian: ['sox'], suites: 'speech in noise' },
  ffmpeg: { present: () => onPath('ffmpeg'), debian: ['ffmpeg'], suites: 'files of compressed audio' },
  chromium: {
    present: () => existsSync('/usr/bin/chromium'),
    debian: ['chromium'],
    suites: 'the page of docs/browser-client.md, the console',
  },
  firefox: {
    present: () => existsSync('/usr/bin/firefox-esr'),
    debian: ['firefox-esr'],
    suites: 'the console in Firefox',
  },
  pulseaudio: {
    present: () => onPath('pulseaudio') && onPath('parec'),
    debian: ['pulseaudio', 'pulseaudio-utils'],
    suites: 'the console in Firefox',
  },
  baresip: {
    present: () => onPath('baresip') && existsSync('/usr/share/alsa/alsa.conf'),
    debian: ['baresip-core'],
    suites: 'calls of a SIP user agent',
  },
  sipp: { present: () => onPath('sipp'), debian: ['sip-tester'], suites: 'many SIP calls at once, and wrong ones' },
  prometheus: {
    present: () => onPath('prometheus') && onPath('promtool'),
    debian: ['prometheus'],
    suites: 'alerts and the dashboard',
  },
  redis: { present: () => onPath('redis-server'), debian: ['redis-server'], suites: 'what several instances share' },
  nginx: {
    present: () => (onPath('nginx') || existsSync('/usr/sbin/nginx')) && onPath('openssl'),
    debian: ['nginx-light', 'openssl'],
    suites: 'workers behind nginx',
  },
  systemd: {
    present: () => onPath('systemd-analyze'),
    debian: ['systemd'],
    suites: 'the unit of systemd',
  },
  postgres: {
    present: () => onPath('initdb') || postgresFolders().length > 0,
    debian: ['postgresql'],
    suites: 'PostgreSQL over a socket',
  },
};
