// The first seconds of a call that was placed: nobody speaks before it is known who has answered. Then a person is greeted, a
// machine gets a message, a key or nothing.
import type { Clock } from '../conversation/clock.port.js';
import type {
  ConversationEvent,
  ConversationInput,
  ConversationOutput,
  SessionEndReason,
} from '../conversation/conversation.port.js';
import type { SupervisedConversation } from '../conversation/supervision.port.js';
import type { Lexicon } from '../conversation/lexicon/lexicon.js';
import type { SpeechToText, SttEvent, SttOptions, SttStream } from '../stt/stt.port.js';
import { type Answerer, AnswerReader, isMailbox } from './answer-reader.js';
import type { AnswerPolicy } from './answer-policy.js';
import { BeepDetector } from './beep.js';
import { keyTones } from './dtmf.js';
import { operatorKey } from './operator-key.js';

/** A conversation that has not started. */
export interface Startable extends ConversationInput {
  start(): void;
  snapshot(): { readonly heardMs: number };
}

const notAnswered = () => 'not_answered' as const;
const NOBODY_THERE: SupervisedConversation = {
  takenOverBy: undefined,
  instruct: notAnswered,
  takeOver: notAnswered,
  giveBack: notAnswered,
  say: notAnswered,
};

export interface StageDeps {
  readonly stt: SpeechToText;
  readonly clock: Clock;
  readonly output: ConversationOutput;
  readonly policy: AnswerPolicy;
  readonly lexicon: Pick<Lexicon, 'answering' | 'numbers'>;
  readonly hearing: SttOptions;
  /** Hz. */
  readonly outputSampleRate: number;
  /** The call itself. */
  readonly talk: (output: ConversationOutput) => Startable;
  /** The same agent, who says this and nothing else. */
  readonly leave: (message: string, output: ConversationOutput) => Startable;
}

const TICK_MS = 100;
/** A message begins after the beep, or after so long a silence where there is none, ms ... */
const NO_BEEP_MS = 3000;
/** ... and after this whatever is heard, ms since the answer. */
const MESSAGE_BY_MS = 60_000;
/** Menus that are walked through before it is given up. */
const MAX_MENUS = 3;
/** "Hello?" may be the beginning of an announcement: so long that is found out after all, ms after the answer. */
const SECOND_THOUGHTS_MS = 30_000;
/** Share of a menu's words that make it the one before. */
const SAME_MENU = 0.7;

export class AnsweringStage implements Startable {
  private readonly finished = Promise.withResolvers<void>();
  readonly ended = this.finished.promise;
  private reader: AnswerReader;
  private readonly beeps: BeepDetector;
  private stream: SttStream | undefined;
  /** Whoever has the call by now. */
  private inner: Startable | undefined;
  /** That one hears nothing: it leaves a message. */
  private deaf = false;
  private answeredAt = 0;
  private readerAt = 0;
  private lastSoundAt = 0;
  private settled = '';
  private partial = '';
  private speaking = false;
  /** What is being said was said before a key was pressed. */
  private stale = false;
  private verdict: Answerer | undefined;
  private beeped = false;
  private menus: ReadonlySet<string>[] = [];
  private cancelTick: (() => void) | undefined;
  private over = false;
  private readonly talk: Startable;
  /** What was heard since the call itself has begun. */
  private later = '';
  /** The call itself has ended, because it was a machine that had answered. */
  private tookBack = false;

  constructor(private readonly deps: StageDeps) {
    this.talk = deps.talk(this.watched());
    this.reader = new AnswerReader(deps.lexicon.answering);
    this.beeps = new BeepDetector(deps.hearing.sampleRate);
  }

  start(): void {
    const { stt, clock, hearing } = this.deps;
    this.answeredAt = clock.now();
    this.readerAt = this.answeredAt;
    this.lastSoundAt = this.answeredAt;
    this.stream = stt.open(hearing, (event) => this.hear(event));
    this.tick();
  }

  pushAudio(chunk: Uint8Array): void {
    if (this.inner !== undefined) {
      if (!this.deaf) this.inner.pushAudio(chunk);
      if (this.mayTakeBack && this.beeps.push(chunk)) this.takeBack(true);
      return;
    }
    if (this.over) return;
    this.stream?.push(chunk);
    if (!this.beeps.push(chunk)) return;
    this.beeped = true;
    this.lastSoundAt = this.deps.clock.now();
    this.reader.beep();
  }

  private get now(): number {
    return this.deps.clock.now() - this.readerAt;
  }

  private get said(): string {
    return `${this.settled} ${this.partial}`.trim();
  }

  private hear(event: SttEvent): void {
    switch (event.type) {
      case 'speech.started':
        this.speaking = true;
        this.stale = false;
        break;
      case 'speech.stopped':
        this.speaking = false;
        break;
      case 'transcript.partial':
        if (this.stale) return;
        this.partial = event.text;
        break;
      case 'transcript.final':
        if (this.stale) {
          this.stale = false;
          return;
        }
        this.settled = `${this.settled} ${event.text}`;
        this.partial = '';
        break;
      case 'failed':
      case 'closed':
        // Nothing more can be known: it is a person until somebody says otherwise.
        this.stream = undefined;
        if (this.inner === undefined && !this.over) this.answered('silence');
        return;
      case 'turn.eager':
      case 'turn.resumed':
      case 'turn.ended':
        return;
    }
    this.lastSoundAt = this.deps.clock.now();
    if (this.said !== '') this.reader.heard(this.said, this.now);
  }

  private tick(): void {
    if (this.over || this.inner !== undefined) return;
    if (this.speaking) {
      this.reader.sound(this.now);
      this.lastSoundAt = this.deps.clock.now();
    }
    if (this.verdict === undefined) {
      const verdict = this.reader.decide(this.now);
      if (verdict !== undefined) this.answered(verdict);
    } else this.leaveInTime();
    this.cancelTick = this.deps.clock.after(TICK_MS, () => this.tick());
  }

  private answered(by: Answerer): void {
    const { policy, output } = this.deps;
    this.verdict = by;
    output.event({ type: 'call.answered', by, afterMs: this.deps.clock.now() - this.answeredAt });
    if (by === 'voicemail') {
      if (policy.voicemail === 'hang-up') this.end('agent');
      else this.leaveInTime();
    } else if (by === 'menu') this.menu();
    else this.handOver(this.talk);
  }

  // ---- second thoughts

  private get mayTakeBack(): boolean {
    const { inner, talk, deps, answeredAt, over } = this;
    return inner === talk && !over && deps.clock.now() - answeredAt < SECOND_THOUGHTS_MS;
  }

  /** What the call itself tells, for as long as it has not turned out that nobody is there. */
  private watched(): ConversationOutput {
    const { output, lexicon } = this.deps;
    return {
      event: (event) => {
        if (this.tookBack) return;
        output.event(event);
        if (event.type !== 'transcript.final' || !this.mayTakeBack) return;
        this.later = `${this.later} ${event.text}`;
        // Not from within an event of its own.
        if (isMailbox(this.later, lexicon.answering)) queueMicrotask(() => this.takeBack(false));
      },
      audio: (chunk) => {
        if (!this.tookBack) output.audio(chunk);
      },
      clearAudio: () => output.clearAudio(),
      playback: (how) => {
        if (!this.tookBack) output.playback?.(how);
      },
    };
  }

  /** Stops talking to a machine. */
  private takeBack(beeped: boolean): void {
    if (!this.mayTakeBack) return;
    const { stt, hearing, clock } = this.deps;
    this.talk.cancelResponse();
    this.tookBack = true;
    this.talk.end('agent');
    this.inner = undefined;
    this.settled = '';
    this.partial = '';
    this.beeped = beeped;
    this.lastSoundAt = clock.now();
    this.stream = stt.open(hearing, (event) => this.hear(event));
    this.answered('voicemail');
    if (!this.over) this.tick();
  }

  /** Whoever takes messages says first when. */
  private leaveInTime(): void {
    const { policy, clock, output, leave } = this.deps;
    if (policy.voicemail === 'hang-up' || this.verdict !== 'voicemail' || this.over) return;
    const now = clock.now();
    const isSilent = now - this.lastSoundAt >= NO_BEEP_MS;
    const isAfterBeep = this.beeped && now - this.lastSoundAt >= TICK_MS;
    if (!isAfterBeep && !isSilent && now - this.answeredAt < MESSAGE_BY_MS) return;
    this.deaf = true;
    const told: ConversationOutput = {
      event: (event) => {
        output.event(event);
        if (event.type === 'response.completed') queueMicrotask(() => this.end('agent'));
      },
      audio: (chunk) => output.audio(chunk),
      clearAudio: () => output.clearAudio(),
      playback: (how) => output.playback?.(how),
    };
    this.handOver(leave(policy.voicemail.message, told));
  }

  private menu(): void {
    const { policy, output, lexicon, outputSampleRate } = this.deps;
    const words = new Set(this.said.split(' '));
    const isLoop = this.menus.some((before) => shareOf(words, before) >= SAME_MENU);
    if (policy.menu === 'hang-up' || isLoop || this.menus.length >= MAX_MENUS || lexicon.answering === undefined) {
      this.end('agent');
      return;
    }
    this.menus.push(words);
    this.heard();
    const keys = operatorKey(this.said, lexicon.answering, { ...lexicon.numbers.digits, ...lexicon.answering.keys });
    output.event({ type: 'keys.pressed', keys });
    output.audio(keyTones(keys, outputSampleRate));
    // What comes next is another menu, or a person.
    this.stale = this.partial !== '';
    this.settled = '';
    this.partial = '';
    this.verdict = undefined;
    this.readerAt = this.deps.clock.now();
    this.reader = new AnswerReader(lexicon.answering);
  }

  /** For the record: it was said to nobody who answers. */
  private heard(): void {
    const text = this.said;
    if (text === '') return;
    this.deps.output.event({ type: 'turn.ended', turnId: `answer${this.menus.length}`, text });
  }

  private handOver(to: Startable): void {
    this.heard();
    this.stop();
    this.inner = to;
    void to.ended.then(() => {
      if (this.inner === to) this.finished.resolve();
    });
    to.start();
  }

  private stop(): void {
    this.cancelTick?.();
    this.stream?.abort();
    this.stream = undefined;
  }

  end(reason: SessionEndReason): void {
    if (this.inner !== undefined) {
      this.inner.end(reason);
      return;
    }
    if (this.over) return;
    this.heard();
    this.over = true;
    this.stop();
    const durationMs = this.deps.clock.now() - this.answeredAt;
    const event: ConversationEvent = { type: 'session.ended', reason, durationMs };
    this.deps.output.event(event);
    this.finished.resolve();
  }

  snapshot(): { readonly heardMs: number } {
    return (this.inner ?? this.talk).snapshot();
  }

  // ---- what else may be asked of a call

  submitText(...args: Parameters<ConversationInput['submitText']>): void {
    this.inner?.submitText(...args);
  }

  submitTranscript(...args: Parameters<ConversationInput['submitTranscript']>): boolean {
    return this.inner?.submitTranscript(...args) ?? this.stream?.transcript?.(...args) ?? false;
  }

  commitInput(): void {
    this.inner?.commitInput();
  }

  clearInput(): void {
    this.inner?.clearInput();
  }

  cancelResponse(): void {
    this.inner?.cancelResponse();
  }

  playbackPosition(...args: Parameters<ConversationInput['playbackPosition']>): void {
    this.inner?.playbackPosition(...args);
  }

  playbackFinished(...args: Parameters<ConversationInput['playbackFinished']>): void {
    this.inner?.playbackFinished(...args);
  }

  playbackSpoken(...args: Parameters<ConversationInput['playbackSpoken']>): void {
    this.inner?.playbackSpoken(...args);
  }

  answerTool(...args: Parameters<ConversationInput['answerTool']>): void {
    this.inner?.answerTool(...args);
  }

  clientMessage(...args: Parameters<ConversationInput['clientMessage']>): void {
    this.inner?.clientMessage(...args);
  }

  setConsent(...args: Parameters<ConversationInput['setConsent']>): void {
    (this.inner ?? this.talk).setConsent(...args);
  }

  news(...args: Parameters<ConversationInput['news']>): void {
    this.inner?.news(...args);
  }

  get supervision(): SupervisedConversation {
    // Nobody is there to be talked with yet, or ever.
    return this.inner === undefined || this.deaf ? NOBODY_THERE : this.inner.supervision;
  }

  hold(): void {
    this.inner?.hold();
  }

  release(...args: Parameters<ConversationInput['release']>): ReturnType<ConversationInput['release']> {
    return this.inner?.release(...args);
  }
}

function shareOf(words: ReadonlySet<string>, others: ReadonlySet<string>): number {
  const common = [...words].filter((word) => others.has(word)).length;
  return common / Math.max(1, Math.min(words.size, others.size));
}
