import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { WireArtifact } from '../../src/protocol/index.js';
import type { CallReport } from './call.js';
import { prepareFolder, saveCall, TranscriptKeeper } from './saved-call.js';

let folder: string;
let server: Server;
const requests: IncomingMessage[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parley-saved-'));
  requests.length = 0;
  server = createServer((request, response) => {
    requests.push(request);
    if (request.url === '/v1/artifacts/a.svg') response.end('<svg/>');
    else if (request.url === '/v1/artifacts/moved') response.writeHead(302, { Location: 'http://example.com/' }).end();
    else response.writeHead(403).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterEach(async () => {
  await new Promise((resolve) => server.close(resolve));
  await rm(folder, { recursive: true });
});

const chart = (url: string): WireArtifact => ({ kind: 'chart', title: 'Chart', mediaType: 'image/svg+xml', url });

function report(...artifacts: WireArtifact[]): CallReport {
  const session = {
    type: 'session.started',
    protocol: 1,
    sessionId: 's1',
    agent: 'Julia',
    audio: { input: { encoding: 'pcm16', sampleRate: 16_000 }, output: { encoding: 'pcm16', sampleRate: 16_000 } },
    turnDetection: 'provider',
    limits: { maxFrameBytes: 1, maxSessionMs: 1, idleTimeoutMs: 1 },
  } as const;
  const turn = {
    number: 1,
    kind: 'say',
    said: 'one',
    heard: 'one',
    tools: [{ name: 'chart', arguments: {}, ok: true, artifacts, durationMs: 1 }],
    reply: '',
    answered: true,
    interrupted: false,
    latency: {},
    audio: { ms: 0, rms: 0 },
  } as const;
  return { session, turns: [turn], ended: undefined, wav: Uint8Array.from([1, 2]) };
}

async function save(call: CallReport) {
  const notes: string[] = [];
  const keeper = new TranscriptKeeper();
  keeper.callerSpeaks('one', 'say');
  keeper.message({ type: 'turn.ended', turnId: 't1', text: 'one' });
  const saved = await saveCall({
    folder,
    report: call,
    events: keeper.events,
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/v1/stream`,
    token: 'a.b.c',
    note: (text) => notes.push(text),
  });
  return { ...saved, notes };
}

it('writes the recording, the transcript and what the agent made, fetched with the token', async () => {
  const { files, artifacts, notes } = await save(report(chart('/v1/artifacts/a.svg')));
  expect(files.map((file) => basename(file))).toEqual(['call.wav', 'transcript.json', 'a.svg']);
  expect(notes).toEqual([]);
  expect(requests[0]?.headers.authorization).toBe('Bearer a.b.c');
  expect(await readFile(join(folder, 'a.svg'), 'utf8')).toBe('<svg/>');
  expect(artifacts.map(({ bytes }) => Buffer.from(bytes).toString())).toEqual(['<svg/>']);
  const transcript = JSON.parse(await readFile(join(folder, 'transcript.json'), 'utf8')) as { events: object[] };
  expect(transcript).toMatchObject({ session: { sessionId: 's1' }, turns: [{ said: 'one' }] });
  expect(transcript.events).toEqual([
    { atMs: expect.any(Number) as number, type: 'client.speaks', kind: 'say', said: 'one' },
    { atMs: expect.any(Number) as number, type: 'turn.ended', turnId: 't1', text: 'one' },
  ]);
  expect(JSON.stringify(transcript)).not.toContain('a.b.c');
});

it('gives the token to no other server, follows no redirect, and notes what it could not fetch', async () => {
  const { files, notes } = await save(
    report(chart('http://127.0.0.1:1/x.svg'), chart('/v1/artifacts/none'), chart('/v1/artifacts/moved')),
  );
  expect(files).toHaveLength(2);
  expect(notes).toEqual([
    '"Chart" is on another server (http://127.0.0.1:1) and was not fetched',
    '"Chart" could not be fetched: HTTP 403',
    '"Chart" could not be fetched: fetch failed',
  ]);
});

it('writes nowhere but into its folder', async () => {
  server.removeAllListeners('request');
  server.on('request', (_request, response) => response.end('x'));
  const { files } = await save(report(chart('/v1/%2e%2e%2f%2e%2e%2fevil'), chart('/..'), chart('/a/.hidden')));
  expect(files.every((file) => file.startsWith(`${folder}/`) && !basename(file).startsWith('.'))).toBe(true);
  expect((await readdir(folder)).toSorted()).toEqual(files.map((file) => basename(file)).toSorted());
});

it('knows before the call when the folder cannot be made', async () => {
  await writeFile(join(folder, 'file'), '');
  await expect(prepareFolder(join(folder, 'file', 'sub'))).rejects.toMatchObject({ name: 'TerminalFailure' });
  await prepareFolder(join(folder, 'a', 'b'));
  expect(await readdir(join(folder, 'a'))).toEqual(['b']);
});
