import { CLOSE } from '../../src/protocol/index.js';
import type { ClientMessage, ServerMessage } from '../../src/protocol/index.js';

// Typed, so that the compiler keeps the example true; the spec also parses every line of it.

export type Step = { readonly client: ClientMessage } | { readonly server: ServerMessage } | { readonly note: string };

const RESPONSE = 'r1';

export const STEPS: readonly Step[] = [
  {
    client: {
      type: 'session.start',
      protocol: 1,
      agent: 'julia',
      audio: { input: { encoding: 'pcm16', sampleRate: 16_000 }, output: { encoding: 'pcm16', sampleRate: 24_000 } },
    },
  },
  {
    server: {
      type: 'session.started',
      protocol: 1,
      sessionId: '0b1f3a1e-5c0e-4a7b-9a53-0a4f6a0f2b11',
      agent: 'julia',
      audio: { input: { encoding: 'pcm16', sampleRate: 16_000 }, output: { encoding: 'pcm16', sampleRate: 24_000 } },
      turnDetection: 'vad',
      limits: { maxFrameBytes: 65_536, maxSessionMs: 3_600_000, idleTimeoutMs: 60_000 },
    },
  },
  { note: '> binary: the microphone, 640 bytes every 20 ms, all the time' },
  { server: { type: 'speech.started', audioMs: 820 } },
  { server: { type: 'transcript.partial', turnId: 't1', text: 'what transactions does' } },
  { server: { type: 'speech.stopped', audioMs: 3140 } },
  { server: { type: 'transcript.final', turnId: 't1', text: 'what transactions does client 5001 have' } },
  { server: { type: 'turn.ended', turnId: 't1', text: 'what transactions does client 5001 have' } },
  { server: { type: 'response.started', responseId: RESPONSE, turnId: 't1' } },
  {
    server: {
      type: 'tool.started',
      callId: 'c1',
      responseId: RESPONSE,
      name: 'query_transactions',
      arguments: { client_id: 5001 },
    },
  },
  {
    server: {
      type: 'tool.result',
      callId: 'c1',
      responseId: RESPONSE,
      name: 'query_transactions',
      table: {
        title: 'Transactions of client 5001, Ada Park',
        columns: [
          { name: 'Date', kind: 'date' },
          { name: 'Description', kind: 'text' },
          { name: 'Category', kind: 'text' },
          { name: 'Amount', kind: 'money', currency: 'USD' },
        ],
        rows: [['2026-11-28', 'Green Basket Market', 'groceries', 54.2]],
        total: 42,
      },
    },
  },
  {
    server: {
      type: 'tool.finished',
      callId: 'c1',
      responseId: RESPONSE,
      name: 'query_transactions',
      ok: true,
      durationMs: 6,
    },
  },
  { server: { type: 'response.text', responseId: RESPONSE, delta: 'Client 5001 has 42 transactions. ' } },
  { note: '< binary: the reply, as fast as it is made' },
  { server: { type: 'response.text', responseId: RESPONSE, delta: 'The latest is a grocery purchase.' } },
  {
    server: {
      type: 'turn.metrics',
      turnId: 't1',
      endpointingMs: 310,
      firstTokenMs: 95,
      firstAudioMs: 60,
      firstAudibleMs: 120,
      voiceToVoiceMs: 465,
    },
  },
  { client: { type: 'playback.position', responseId: RESPONSE, playedMs: 900 } },
  { note: '> binary: the caller talks over the reply' },
  { server: { type: 'speech.started', audioMs: 5020 } },
  { server: { type: 'response.paused', responseId: RESPONSE } },
  { server: { type: 'response.interrupted', responseId: RESPONSE, heardText: 'Client 5001 has' } },
  { client: { type: 'session.end' } },
  { server: { type: 'session.ended', reason: 'client', durationMs: 6400 } },
  { note: `< close ${CLOSE.normal.code} (${CLOSE.normal.reason})` },
];

/** The socket is lost in the middle of a reply. */
export const RESUME_STEPS: readonly Step[] = [
  { note: '  the socket is gone; 142 was the last message that came, and 2350 ms of r7 were played' },
  {
    client: {
      type: 'session.resume',
      protocol: 1,
      sessionId: '0b1f3a1e-5c0e-4a7b-9a53-0a4f6a0f2b11',
      resumeToken: 'n0Jv0mXw0m2mI4wq5rJ8s9tXo0qf3yqvX3m1c7w2b9E',
      lastSeq: 142,
      heard: { responseId: 'r7', playedMs: 2350 },
    },
  },
  {
    server: {
      type: 'session.resumed',
      protocol: 1,
      sessionId: '0b1f3a1e-5c0e-4a7b-9a53-0a4f6a0f2b11',
      agent: 'julia',
      audio: { input: { encoding: 'pcm16', sampleRate: 16_000 }, output: { encoding: 'pcm16', sampleRate: 24_000 } },
      turnDetection: 'vad',
      limits: { maxFrameBytes: 65_536, maxSessionMs: 3_600_000, idleTimeoutMs: 60_000 },
      resumeToken: 'Zt1xQ7c9m0dQ1vPq8hTn5y2wK4r6eB3uG8sL0aJfXoI',
      resumeGraceMs: 30_000,
      receivedSamples: 1_204_160,
      lastClientSeq: 3,
      missed: false,
      response: { responseId: 'r7', fromMs: 2350 },
    },
  },
  { server: { type: 'response.text', responseId: 'r7', delta: 'The latest is a grocery purchase.', seq: 143 } },
  { note: '< binary: r7 from 2350 ms on' },
  { note: '> binary: the microphone, from sample 1204160 on' },
];

/** The call numbers what it says. */
const numbered = (steps: readonly Step[]): readonly Step[] => {
  let seq = 0;
  return steps.map((step) => ('server' in step ? { server: { ...step.server, seq: (seq += 1) } } : step));
};

const written = (steps: readonly Step[]): string =>
  steps
    .map((step) => {
      if ('note' in step) return step.note;
      return 'client' in step ? `> ${JSON.stringify(step.client)}` : `< ${JSON.stringify(step.server)}`;
    })
    .join('\n');

export const EXAMPLE = written(numbered(STEPS));
export const RESUME_EXAMPLE = written(RESUME_STEPS);
