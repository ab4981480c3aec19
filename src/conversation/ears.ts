// The ears of one call: the recogniser, the voice activity detector where silence ends turns, and the guard against echo.
// What goes in is the microphone's audio; what comes out is what the caller did, for the turn machine.
import type { EchoDetector } from '../echo/echo.port.js';
import type { ProviderError } from '../provider/provider.port.js';
import type { LikelyAnswers, SpeechToText, SttEvent, Word } from '../stt/stt.port.js';
import type { VadStream, VoiceActivityDetector } from '../vad/vad.port.js';
import { Arrival } from './arrival.js';
import type { Clock } from './clock.port.js';
import { EchoGuard, type SpokenReply } from './echo-guard.js';
import { HeardTo } from './heard-to.js';
import { completeness } from './lexicon/listening.js';
import { MicrophoneWatch } from './microphone-watch.js';
import type { ConversationOptions } from './options.js';
import { Recognition } from './recognition.js';
import type { ConversationSnapshot } from './snapshot.js';
import type { TurnEvent } from './turn/turn-state.js';
import { wordsOf } from './words.js';

export interface EarsDeps {
  readonly stt: SpeechToText;
  /** Needed in `vad` mode only. */
  readonly vad?: VoiceActivityDetector;
  /** Tells the agent's own voice by its sound; without it only its words give it away. */
  readonly echo?: EchoDetector;
  readonly clock: Clock;
  /** The client speaks the replies: there is no audio of them to compare with. */
  readonly remoteVoice: boolean;
  /** Whether the caller has been asked for a yes or a no. */
  readonly asked: () => boolean;
}

export interface EarsListener {
  heard(event: TurnEvent): void;
  /** The caller's speech began at `at`, ms on the clock; `heard` comes after it. */
  speechBegan(at: number): void;
  /** The caller's speech ended at `at`, ms on the clock. Later calls win. */
  speechEnded(at: number): void;
  transcriptSettled(): void;
  /** Settled words were taken for the agent's own: so many, told by this. */
  leftOut(words: number, by: 'sound' | 'words'): void;
  /** See RecognitionListener. */
  failed(error: ProviderError, retryMs: number): void;
}

/** As many words as an address and the talk around it may take. */
const MAX_WORDS = 100;

/** Words whose completeness is less than this ask a recogniser that ends turns by silence for patience. */
const UNFINISHED = 0.5;

/** Settled words of one sound that are kept while it passes for an echo: the rest of a long echo is one. */
const MAX_HELD = 20;

type WordsHeard = Extract<SttEvent, { readonly text: string }>;
type SpeechStarted = { readonly type: 'speech.started'; readonly audioMs: number };

export class Ears {
  /** The caller's latest spoken words, oldest first, at most MAX_WORDS. */
  readonly words: Word[] = [];
  private readonly arrival: Arrival;
  private readonly recognition: Recognition;
  private vadStream: VadStream | undefined;
  private readonly vad: VoiceActivityDetector | undefined;
  private readonly echo: EchoGuard;
  private readonly microphone: MicrophoneWatch;
  private readonly heardTo = new HeardTo();
  /** The beginning of a sound that is an echo, so far. */
  private heldOnset: SpeechStarted | undefined;
  /** The words of it: those that are settled, in order, and the latest guess. */
  private heldWords: WordsHeard[] = [];

  constructor(
    { stt, vad, echo, clock, remoteVoice, asked }: EarsDeps,
    private readonly options: ConversationOptions,
    private readonly listener: EarsListener,
  ) {
    const { inputSampleRate, outputSampleRate, language, hearingLanguage = language, keyTerms, lexicon } = options;
    const msPerByte = 1000 / (inputSampleRate * 2);
    this.arrival = new Arrival(clock, msPerByte);
    this.microphone = new MicrophoneWatch(
      clock,
      () => this.arrival.latestAt,
      () => this.microphoneSilent(),
    );
    this.echo = new EchoGuard(echo, clock, {
      inputSampleRate,
      outputSampleRate,
      // Without the reply's audio, or the caller's, there is nothing to compare.
      audible: !remoteVoice && stt.takesTranscripts !== true,
      cancelled: options.echoCancelled,
      isAnswer: (word) => lexicon.answers.yes.has(word) || lexicon.answers.no.has(word),
    });
    const unfinished = (text: string): boolean => completeness(text, lexicon) < UNFINISHED;
    const answers = (): LikelyAnswers | undefined => (asked() ? lexicon.answers.usual : undefined);
    const sttOptions = {
      sampleRate: inputSampleRate,
      language: hearingLanguage,
      keyTerms,
      ...(options.vocabulary === undefined ? {} : { vocabulary: options.vocabulary }),
      unfinished,
      answers,
    };
    this.recognition = new Recognition(stt, sttOptions, clock, this.arrival, {
      event: (event) => this.recognised(event),
      failed: (error, retryMs) => listener.failed(error, retryMs),
      recovered: () => listener.heard({ type: 'hearing.restored' }),
    });
    this.vad = options.turn.mode === 'vad' ? vad : undefined;
  }

  /** Opens the recogniser. Call once. */
  open(): void {
    this.recognition.open();
    this.openVad();
  }

  private openVad(): void {
    const { inputSampleRate: sampleRate } = this.options;
    const fromMs = this.arrival.ms;
    const stream = this.vad?.open({ sampleRate }, ({ type, audioMs }) => {
      if (this.vadStream === stream) this.voiceActivity({ type, audioMs: audioMs + fromMs });
    });
    this.vadStream = stream;
  }

  /** Hot path. */
  push(chunk: Uint8Array): void {
    this.arrival.push(chunk.length);
    this.echo.heard(chunk, this.arrival.lateMs);
    this.recognition.push(chunk);
    this.vadStream?.push(chunk);
    if (this.echo.noLongerEcho() && this.heldOnset !== undefined) this.onset(this.heldOnset);
  }

  /** Words that the caller's device has recognised. False when the recogniser hears for itself. */
  transcript(text: string, final: boolean): boolean {
    return this.recognition.transcript(text, final);
  }

  finalize(): void {
    this.recognition.finalize();
  }

  /** Forgets what was heard and starts anew. */
  reset(): void {
    this.recognition.reset();
    this.heardTo.forgotten(this.arrival.ms);
  }

  snapshot(): Pick<ConversationSnapshot, 'heardMs' | 'words'> {
    return { heardMs: this.heardTo.at(this.arrival.ms), words: [...this.words] };
  }

  /** Goes on from what other ears have heard. Before `open`. */
  restore({ heardMs, words }: Pick<ConversationSnapshot, 'heardMs' | 'words'>): void {
    this.arrival.startAt(heardMs);
    this.heardTo.forgotten(heardMs);
    this.words.push(...words);
  }

  /** The client is gone: no audio comes. What was heard until now is settled. */
  hold(): void {
    this.microphone.hold();
    this.recognition.hold();
  }

  /** It is back; what its microphone heard meanwhile comes now, all at once. */
  release(): void {
    this.microphone.release();
    this.recognition.release();
  }

  close(): void {
    this.microphone.settled();
    this.recognition.close();
    this.vadStream?.close();
  }

  /** The agent speaks: this may come back through the microphone. */
  replyStarted(reply: SpokenReply): void {
    this.echo.started(reply);
  }

  replySent(chunk: Uint8Array): void {
    this.echo.sent(chunk);
  }

  /** The reply goes on from here, ms: what was sent beyond it is sent again. */
  replyRewound(fromMs: number): void {
    this.echo.rewound(fromMs);
  }

  /** Nothing more of the reply is played. */
  replyEnded(): void {
    this.echo.ended();
  }

  private recognised(event: SttEvent): void {
    if ('text' in event) this.microphone.expectAudio();
    switch (event.type) {
      case 'speech.started':
      case 'speech.stopped':
        if (this.vadStream === undefined) this.voiceActivity(event);
        return;
      case 'transcript.partial':
      case 'turn.eager': {
        const { text } = this.echo.withoutEcho(event.text, false);
        if (text === '') return this.holdBack(event);
        this.heardTo.guessed();
        return this.listener.heard({ type: event.type, text });
      }
      case 'transcript.final':
        return this.settled(event);
      case 'turn.ended':
        this.microphone.settled();
        this.echo.fellSilent();
        this.wasEcho();
        this.heardTo.turnEnded();
        return this.listener.heard(event);
      case 'turn.resumed':
        return this.listener.heard(event);
      case 'closed':
      case 'failed': // handled by Recognition
    }
  }

  private settled(event: Extract<SttEvent, { type: 'transcript.final' }>): void {
    const { text, leftOut } = this.echo.withoutEcho(event.text, true);
    // Of a sound that may still turn out to be the caller's nothing is lost yet.
    const isHeld = text === '' && this.heldOnset !== undefined;
    if (leftOut !== undefined && !isHeld) {
      this.listener.leftOut(wordsOf(event.text).length - wordsOf(text).length, leftOut);
    }
    if (text === '') return this.holdBack(event);
    this.listener.transcriptSettled();
    this.listener.speechEnded(this.arrival.timeOf(event.audioMs));
    this.heardTo.settled(event.audioMs);
    this.words.push(...event.words);
    this.words.splice(0, this.words.length - MAX_WORDS);
    this.listener.heard({ type: 'transcript.final', text });
  }

  /** The agent's own words, as far as one can tell now. */
  private holdBack(words: WordsHeard): void {
    if (this.heldOnset !== undefined) {
      const settled = this.heldWords.filter(({ type }) => type === 'transcript.final');
      this.heldWords = [...settled.slice(-MAX_HELD), words];
    }
    this.listener.heard({ type: 'transcript.retracted' });
  }

  /** The sound that was held back has passed for an echo to its end. */
  private wasEcho(): void {
    for (const { type, text } of this.heldWords) {
      if (type === 'transcript.final') this.listener.leftOut(wordsOf(text).length, 'sound');
    }
    this.heldWords = [];
    this.heldOnset = undefined;
  }

  private voiceActivity(event: { type: 'speech.started' | 'speech.stopped'; audioMs: number }): void {
    const { type, audioMs } = event;
    if (type === 'speech.started') {
      this.microphone.expectAudio();
      this.wasEcho();
      this.heldOnset = { type, audioMs };
      if (!this.echo.beginsAsEcho()) this.onset(this.heldOnset);
      return;
    }
    this.echo.fellSilent();
    if (this.heldOnset !== undefined) return this.wasEcho();
    this.heardTo.stopped();
    this.listener.speechEnded(this.arrival.timeOf(audioMs));
    this.listener.heard({ type, audioMs });
  }

  /** What began has ended, as far as anybody will ever hear; what comes next is heard anew. */
  private microphoneSilent(): void {
    this.echo.fellSilent();
    this.wasEcho();
    if (this.vadStream !== undefined) {
      this.vadStream.close();
      this.openVad();
    }
    this.heardTo.stopped();
    this.listener.heard({ type: 'microphone.silent', audioMs: this.arrival.ms });
  }

  /** The caller speaks; what was heard of it while it passed for an echo counts too. */
  private onset(event: SpeechStarted): void {
    const words = this.heldWords;
    this.heldOnset = undefined;
    this.heldWords = [];
    this.heardTo.started(event.audioMs);
    this.listener.speechBegan(this.arrival.timeOf(event.audioMs));
    this.listener.heard(event);
    for (const heard of words) this.recognised(heard);
  }
}
