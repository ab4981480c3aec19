import type { ServerMessage, ServerMessageOf, WireTable } from '../../src/protocol/index.js';
import type { SessionInfo } from '../client-events.js';
import type { CallReport } from './call.js';
import type { CallObserver } from './observer.js';
import type { TerminalWriter } from './terminal-writer.js';
import type { TurnReport } from './turn-report.js';

/** Where lines cannot be overwritten, a new partial transcript is shown at most this often, ms. */
const PARTIAL_EVERY_MS = 1000;

/** Shows a call to a person. */
export class ScreenObserver implements CallObserver {
  readonly #out: TerminalWriter;
  #agent = 'agent';
  #partialAt = 0;
  #partial = '';

  constructor(out: TerminalWriter) {
    this.#out = out;
  }

  connected(session: SessionInfo): void {
    this.#agent = session.agent.toLowerCase();
    const { input, output } = session.audio;
    this.#out.line(
      'call',
      `connected to ${session.agent} (session ${session.sessionId}, ${input.sampleRate} Hz in, ${output.sampleRate} Hz out)`,
    );
  }

  callerSpeaks(said: string, kind: 'say' | 'wav' | 'text'): void {
    this.#out.blank();
    const how = { say: 'says', wav: 'plays', text: 'types' }[kind];
    this.#out.line('caller', `${how} "${said}"`);
  }

  message(message: ServerMessage): void {
    switch (message.type) {
      case 'transcript.partial':
        return this.#showPartial(message.text);
      case 'transcript.final':
        return this.#out.line('heard', message.text);
      case 'response.text':
        return this.#out.grow(this.#agent, message.delta);
      case 'response.interrupted':
        return this.#out.line('call', `interrupted; heard: "${message.heardText}"`);
      case 'tool.started':
        return this.#out.line('tool', `${message.name} ${JSON.stringify(message.arguments)}`);
      case 'tool.result':
        return this.#table(message.table);
      case 'tool.finished':
        return this.#out.line('tool', `${message.name} ${outcomeOf(message)}`);
      case 'error':
        return this.#out.line('error', `${message.code}: ${message.message}`);
      case 'session.ended':
        return this.#out.line('call', `ended by ${message.reason} after ${seconds(message.durationMs)}`);
      case 'audio.skipped':
        return this.#out.line('call', `${seconds(message.ms)} of the microphone came too late and was left out`);
      case 'supervisor.changed':
        return this.#out.line('call', message.active ? 'a person answers now' : 'the agent answers again');
      case 'disclosure.told':
      case 'call.answered':
      case 'keys.pressed':
      case 'transfer.changed':
      case 'transfer.ended':
      case 'consent.changed':
      case 'session.started':
      case 'session.resumed':
      case 'speech.started':
      case 'speech.stopped':
      case 'turn.ended':
      case 'response.started':
      case 'response.speak':
      case 'tool.progress':
      case 'tool.call':
      case 'custom.message':
      case 'response.audio_done':
      case 'response.paused':
      case 'response.resumed':
      case 'response.completed':
      case 'turn.metrics':
      case 'pong':
    }
  }

  turnOver(report: TurnReport): void {
    this.#out.line('latency', latencyOf(report));
    if (!report.answered) this.#out.line('failed', `turn ${report.number}: ${report.failure ?? 'not answered'}`);
  }

  note(text: string): void {
    this.#out.line('note', text);
  }

  callOver({ turns, ended }: CallReport): void {
    if (turns.length === 0) return;
    const answered = turns.filter((turn) => turn.answered).length;
    const tools = turns.flatMap((turn) => turn.tools);
    const medians = medianOf(turns.flatMap(({ latency }) => latency.firstAudioMs ?? []));
    this.#out.blank();
    this.#out.line(
      'summary',
      [
        `${answered} of ${turns.length} turns answered`,
        `${tools.length} tool calls`,
        ...(medians === undefined ? [] : [`first audio after ${medians} ms (median)`]),
        ...(ended === undefined ? [] : [`call of ${seconds(ended.durationMs)}`]),
      ].join(', '),
    );
  }

  #table({ title, columns, rows, total }: WireTable): void {
    const some = rows.length < total ? ` (${rows.length} of ${total})` : '';
    this.#out.line('rows', `${title}${some}`);
    const lines = rows.map((row) => row.map((cell, at) => cellOf(cell, columns[at]?.currency)));
    const widths = columns.map((_, at) => Math.max(0, ...lines.map((line) => line[at]?.length ?? 0)));
    for (const line of lines) this.#out.line('', line.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join('  '));
  }

  #showPartial(text: string): void {
    if (this.#out.interactive) return this.#out.draft('hearing', text);
    const now = performance.now();
    if (text === this.#partial || now - this.#partialAt < PARTIAL_EVERY_MS) return;
    this.#partial = text;
    this.#partialAt = now;
    this.#out.line('hearing', text);
  }
}

const cellOf = (cell: string | number | null, currency?: string): string =>
  typeof cell === 'number' && currency !== undefined ? `${cell} ${currency}` : String(cell ?? '');

function outcomeOf({ ok, code, message, artifacts, durationMs }: ServerMessageOf<'tool.finished'>): string {
  const made = (artifacts ?? []).map(
    ({ kind, title, url }) => ` → ${kind} "${title}"${url === undefined ? '' : ` ${url}`}`,
  );
  const why = [code, message].filter((part) => part !== undefined).join(': ');
  return `${ok ? 'ok' : `not done (${why})`} in ${Math.round(durationMs)} ms${made.join('')}`;
}

/** Cumulative, from the end of speech, as the client saw it; the server's own figures behind it. */
function latencyOf({ number, kind, latency, metrics }: TurnReport): string {
  const stages = [
    ['final', latency.finalMs],
    ['first token', latency.firstTokenMs],
    ['first audio', latency.firstAudioMs],
  ] as const;
  const seen = stages.filter(([, ms]) => ms !== undefined).map(([name, ms]) => `${name} ${ms} ms`);
  const from = kind === 'text' ? 'text sent' : 'end of speech';
  const server = Object.entries(metrics ?? {})
    .filter(([, ms]) => ms !== undefined)
    .map(([name, ms]) => `${name.replace(/Ms$/, '')} ${Math.round(ms ?? 0)}`);
  const silenced =
    latency.silencedMs === undefined ? '' : `agent silent ${latency.silencedMs} ms after the caller began; `;
  return `turn ${number}: ${silenced}${[from, ...seen].join(' → ')}${
    server.length === 0 ? '' : `   (server, ms: ${server.join(', ')})`
  }`;
}

function medianOf(values: readonly number[]): number | undefined {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
