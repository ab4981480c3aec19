// The caller of a scenario: does one step after another, each when its moment has come.
import type { Scenario } from '../scenario/load.js';
import type { RecogniserEvent, Step } from '../scenario/scenario.schema.js';
import type { Moment } from '../scenario/times.js';
import type { ScriptedStream } from '../script/scripted-recogniser.js';
import { RATE, textOf, wordTimes } from '../script/spelling.js';
import type { ReceivedResponse } from './call-log.js';
import type { Line } from './line.js';
import { noise, piecesOf, speech, wordsSaid } from './sound.js';

/** Longest wait for a moment: an answer from a slow tool on a busy machine, ms. */
const MOMENT_TIMEOUT_MS = 30_000;
/** Into a word, ms: it can be heard that it is being said. */
const INTO_WORD_MS = 40;
/** A word of a voice whose words cannot be read back from its audio, ms. */
const USUAL_WORD_MS = 330;

/** A moment that a step waited for did not come. */
export class NoSuchMoment extends Error {}

const modeOf = ({ agent }: Scenario): unknown => (agent['turn'] as { mode?: unknown } | undefined)?.mode;

/** Whether what is said is also heard: a detector of voice activity hears nothing in a script. */
export const isAudible = (scenario: Scenario): boolean => scenario.kind === 'spoken' || modeOf(scenario) === 'vad';

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export class Caller {
  /** Index of the first event that belongs to the step before. */
  private sinceMs = 0;
  private reading: { key: string; words: ReturnType<typeof wordTimes> } = { key: '', words: [] };
  private readonly sounds = new Map<string, Promise<Int16Array>>();

  constructor(
    private readonly scenario: Scenario,
    private readonly line: Line,
    /** The newest stream of the call, where its words are scripted. */
    private readonly stream: () => ScriptedStream,
  ) {}

  /** Makes all the sounds ahead of the call, so that none comes late. */
  async prepare(): Promise<void> {
    if (!isAudible(this.scenario)) return;
    for (const step of this.scenario.caller) await this.soundOf(step);
  }

  /** Throws NoSuchMoment. */
  async perform(): Promise<void> {
    for (const [n, step] of this.scenario.caller.entries()) {
      if (step.at !== undefined) await this.moment(step.at, `step ${n + 1}`);
      const sinceMs = this.line.log.nowMs;
      await this.do(step);
      this.sinceMs = sinceMs;
    }
  }

  private async do(step: Step): Promise<void> {
    const { client, log } = this.line;
    if ('say' in step) return this.say(step);
    if ('type' in step) {
      log.add({ type: 'caller.types', text: step.type });
      return client.submitText(step.type);
    }
    if ('noise' in step) return this.noise(step);
    if ('recogniser' in step) {
      return this.hearByHand(step.recogniser);
    }
    switch (step.send) {
      case 'input.commit':
        return client.commit();
      case 'input.clear':
        return client.clearInput();
      case 'response.cancel':
        return client.cancel();
      case 'session.end':
        void client.end();
    }
  }

  private async say(step: Extract<Step, { say: string }>): Promise<void> {
    const { log, microphone } = this.line;
    const text = wordsSaid(step.say);
    const startedAt = performance.now();
    const { kind, recogniser } = this.scenario;
    if (kind === 'spoken') {
      const spoken = await microphone.say({ samples: await this.soundOf(step) });
      if (spoken === undefined) return;
      log.add({ type: 'caller.speaks', text }, spoken.startedAt);
      return log.add({ type: 'caller.stopped', text }, spoken.speechEndedAt);
    }
    log.add({ type: 'caller.speaks', text });
    const pieces = piecesOf(step.say);
    let { word } = recogniser;
    const mode = modeOf(this.scenario);
    if (isAudible(this.scenario)) {
      const samples = await this.soundOf(step);
      const pausesMs = pieces.reduce((sum, { pauseMs }) => sum + pauseMs, 0);
      word = ((samples.length * 1000) / RATE - pausesMs) / text.split(/\s+/).length;
      void microphone.say({ samples });
    }
    // Who ends turns by silence or by hand has a recogniser that does not.
    const endpointing = recogniser.endpointing && (mode === undefined || mode === 'provider');
    await this.stream().hear(pieces, { ...recogniser, word, endpointing, confidence: step.confidence ?? 0.98 });
    log.add({ type: 'caller.stopped', text }, Math.max(startedAt, performance.now()));
  }

  private async noise(step: Extract<Step, { noise: string }>): Promise<void> {
    const { log, microphone } = this.line;
    log.add({ type: 'caller.noise', text: step.noise });
    if (isAudible(this.scenario)) {
      await microphone.say({ samples: await this.soundOf(step) });
      return;
    }
    const stream = this.stream();
    stream.emit({ type: 'speech.started', audioMs: stream.audioMs });
    await wait(step.for);
    stream.emit({ type: 'speech.stopped', audioMs: stream.audioMs });
  }

  /** What the recogniser takes for the caller's words begins and ends with the first and the last of its words. */
  private async hearByHand(events: readonly RecogniserEvent[]): Promise<void> {
    const { log } = this.line;
    const startedAt = performance.now();
    let said: { readonly text: string; readonly at: number } | undefined;
    for (const event of events) {
      await this.emit(event);
      const newWords = event.type === 'partial' || (event.type === 'final' && said === undefined);
      if (newWords) said = { text: event.text, at: performance.now() };
    }
    if (said === undefined) return;
    log.add({ type: 'caller.speaks', text: said.text }, startedAt);
    log.add({ type: 'caller.stopped', text: said.text }, said.at);
  }

  private async emit(event: RecogniserEvent): Promise<void> {
    const stream = this.stream();
    switch (event.type) {
      case 'wait':
        return wait(event.ms);
      case 'partial':
        return stream.emit({ type: 'transcript.partial', text: event.text });
      case 'final':
        return stream.final(event.text, event.confidence);
      case 'eager':
        return stream.emit({ type: 'turn.eager', text: event.text });
      case 'speech.started':
      case 'speech.stopped':
        return stream.emit({ type: event.type, audioMs: stream.audioMs });
      case 'turn.resumed':
      case 'turn.ended':
        return stream.emit({ type: event.type });
    }
  }

  private async soundOf(step: Step): Promise<Int16Array> {
    if ('say' in step) return this.remembered(step.say, () => speech(step.say, this.scenario.voice));
    if ('noise' in step) return this.remembered(`${step.noise} ${step.for}`, () => noise(step.noise, step.for));
    return new Int16Array(0);
  }

  private remembered(key: string, make: () => Promise<Int16Array>): Promise<Int16Array> {
    const sound = this.sounds.get(key) ?? make();
    this.sounds.set(key, sound);
    return sound;
  }

  private async moment(moment: Moment, where: string): Promise<void> {
    const { log } = this.line;
    const came = await log.until(() => this.isNow(moment), MOMENT_TIMEOUT_MS);
    if (!came) throw new NoSuchMoment(`${where}: waited in vain for ${describe(moment)}`);
    if (moment.kind !== 'event') return wait(moment.offsetMs);
    const at = this.eventAt(moment) ?? log.nowMs;
    await wait(Math.max(0, at + moment.offsetMs - log.nowMs));
  }

  private isNow(moment: Moment): boolean {
    const response = this.line.log.current;
    if (moment.kind === 'previous') return true;
    if (moment.kind === 'event') return this.eventAt(moment) !== undefined;
    if (response === undefined) return false;
    if (moment.kind === 'word') return this.isSaying(moment.word, response);
    return this.line.heardMs(response.responseId) >= moment.ms;
  }

  private eventAt({ event, nth }: Extract<Moment, { kind: 'event' }>): number | undefined {
    const all = this.line.log.of(event);
    return nth === undefined ? all.find(({ atMs }) => atMs >= this.sinceMs)?.atMs : all[nth - 1]?.atMs;
  }

  /** Reading words back takes a moment: only when more of them have come. */
  private wordsOf({ responseId, chunks }: ReceivedResponse): ReturnType<typeof wordTimes> {
    const key = `${responseId} ${chunks.length}`;
    if (this.reading.key !== key) this.reading = { key, words: wordTimes(textOf(chunks)) };
    return this.reading.words;
  }

  private isSaying(word: number | 'last', response: ReceivedResponse): boolean {
    if (word === 'last' && !response.complete) return false;
    const words = this.wordsOf(response);
    const heardMs = this.line.heardMs(response.responseId);
    if (words.length === 0) {
      const totalMs = response.chunks.reduce((sum, chunk) => sum + (chunk.length * 1000) / (RATE * 2), 0);
      const startMs = word === 'last' ? totalMs - USUAL_WORD_MS : (word - 1) * USUAL_WORD_MS;
      return totalMs > 0 && heardMs >= startMs + INTO_WORD_MS;
    }
    const wanted = word === 'last' ? words.at(-1) : words[word - 1];
    return wanted !== undefined && heardMs >= wanted.startMs + INTO_WORD_MS;
  }
}

function describe(moment: Moment): string {
  if (moment.kind === 'previous') return 'the step before';
  if (moment.kind === 'event') return `${moment.event}${moment.nth === undefined ? '' : ` #${moment.nth}`}`;
  if (moment.kind === 'heard') return `${moment.ms} ms of a reply to be heard`;
  return moment.word === 'last' ? 'the last word of a reply' : `word ${moment.word} of a reply`;
}
