import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { spreadWords } from './deepgram-messages.js';
import { Loudness } from './loudness.js';
import { drawMs, Schedule } from './schedule.js';
import type { SpeechmaticsFaultKind, SpeechmaticsKnobs } from './speechmatics-knobs.js';
import { endOfUtteranceMessage, errorMessage, finalMessages, partialMessage } from './speechmatics-messages.js';
import { playFault } from './voice-knobs.js';

/** What a connection has seen, for tests. */
export interface SpeechmaticsLog {
  /** As it was sent; undefined until it has come. */
  start: StartMessage | undefined;
  audioBytes: number;
  audioMessages: number;
  /** Names of the client's other messages, in order. */
  readonly controls: string[];
  lastSeqNo: number | undefined;
  readonly extensions: string;
}

interface StartMessage {
  readonly message: string;
  readonly audio_format?: { readonly type?: string; readonly encoding?: string; readonly sample_rate?: number };
  readonly transcription_config?: {
    readonly language?: string;
    readonly additional_vocab?: readonly string[];
    readonly conversation_config?: { readonly end_of_utterance_silence_trigger?: number };
  };
}

/** Partials come about so often, ms of speech, and so many words a second are in them. */
const PARTIAL_EVERY_MS = 300;
const WORDS_PER_SECOND = 4;

/** One accepted WebSocket: hears, answers and plays the faults. */
export class SpeechmaticsConnection {
  readonly log: SpeechmaticsLog;
  private readonly schedule = new Schedule();
  private ear: Loudness | undefined;
  private sampleRate = 16_000;
  private utterances = 0;
  private speechFromMs: number | undefined;
  private nextPartialMs = Infinity;
  private silenced = false;
  private fault: SpeechmaticsKnobs['fault'];

  constructor(
    private readonly socket: WebSocket,
    private readonly tcp: Duplex,
    private readonly knobs: SpeechmaticsKnobs,
  ) {
    this.fault = knobs.fault;
    this.log = {
      start: undefined,
      audioBytes: 0,
      audioMessages: 0,
      controls: [],
      lastSeqNo: undefined,
      extensions: socket.extensions,
    };
    socket.on('message', (data: Buffer, isBinary: boolean) => {
      if (isBinary) this.audio(data);
      else this.control(JSON.parse(data.toString()) as StartMessage & { last_seq_no?: number });
    });
    socket.on('error', () => socket.terminate());
    socket.on('close', () => this.schedule.clear());
  }

  private send(message: object): void {
    this.later(() => {
      if (!this.silenced && this.socket.readyState === this.socket.OPEN) this.socket.send(JSON.stringify(message));
    });
  }

  private later(action: () => void, delay = this.knobs.latency): void {
    this.schedule.run(drawMs(delay), action);
  }

  private control(message: StartMessage & { last_seq_no?: number }): void {
    if (message.message === 'StartRecognition') return this.start(message);
    this.log.controls.push(message.message);
    if (message.message === 'ForceEndOfUtterance') {
      if (this.knobs.ignoreForce !== true) this.endUtterance();
    } else if (message.message === 'EndOfStream') {
      this.log.lastSeqNo = message.last_seq_no;
      this.endStream();
    } else this.refuse('invalid_message', 1003);
  }

  private start(message: StartMessage): void {
    if (this.log.start !== undefined) return this.refuse('protocol_error', 1003);
    this.log.start = message;
    const { audio_format: format, transcription_config: config } = message;
    if (format?.type !== 'raw' || format.encoding !== 'pcm_s16le' || format.sample_rate === undefined) {
      return this.refuse('invalid_audio_type', 1003);
    }
    if (!/^[a-z]{2,3}$/.test(config?.language ?? '')) return this.refuse('invalid_model', 4004);
    const { startFault } = this.knobs;
    if (startFault !== undefined) return this.play(startFault);
    this.sampleRate = format.sample_rate;
    const trigger = config?.conversation_config?.end_of_utterance_silence_trigger ?? 0;
    this.ear = new Loudness(this.sampleRate, trigger === 0 ? Infinity : trigger * 1000, {
      started: (atMs) => {
        this.speechFromMs = atMs;
        this.nextPartialMs = atMs + PARTIAL_EVERY_MS;
      },
      stopped: (lastLoudMs, nowMs) => this.stopped(lastLoudMs, nowMs),
      window: (nowMs, loud) => {
        if (loud && nowMs >= this.nextPartialMs) this.partial(nowMs);
      },
    });
    this.later(() => {
      this.socket.send(JSON.stringify({ message: 'RecognitionStarted', id: 'simulated', orchestrator_version: '1' }));
      this.socket.send(
        JSON.stringify({ message: 'Info', type: 'recognition_quality', quality: 'broadcast', reason: '' }),
      );
    }, this.knobs.startDelay);
  }

  private audio(data: Buffer): void {
    const { log, ear } = this;
    if (ear === undefined) return this.refuse('protocol_error', 1003);
    log.audioMessages += 1;
    log.audioBytes += data.length;
    const seqNo = log.audioMessages;
    this.send({ message: 'AudioAdded', seq_no: seqNo });
    ear.push(data);
    if (this.fault !== undefined && ear.nowMs >= this.fault.afterAudioMs) {
      const { kind } = this.fault;
      this.fault = undefined;
      this.later(() => this.play(kind));
    }
  }

  private get transcript(): string {
    const transcripts = this.knobs.transcripts ?? ['Hello there.'];
    return transcripts[this.utterances % transcripts.length] ?? '';
  }

  private partial(nowMs: number): void {
    const fromMs = this.speechFromMs ?? nowMs;
    this.nextPartialMs = nowMs + PARTIAL_EVERY_MS;
    const words = this.transcript.split(' ');
    const heard = Math.max(1, Math.min(words.length, Math.floor(((nowMs - fromMs) / 1000) * WORDS_PER_SECOND)));
    this.send(partialMessage(spreadWords(words.slice(0, heard).join(' '), fromMs, nowMs)));
  }

  private stopped(lastLoudMs: number, nowMs: number): void {
    const finals = finalMessages(spreadWords(this.transcript, this.speechFromMs ?? lastLoudMs, lastLoudMs));
    this.utterances += 1;
    this.speechFromMs = undefined;
    this.nextPartialMs = Infinity;
    for (const final of this.knobs.withoutFinals === true ? [] : finals) {
      this.send(final);
      if (this.knobs.duplicateFinals === true) this.send(final);
    }
    this.send(endOfUtteranceMessage(nowMs));
  }

  private endUtterance(): void {
    if (this.speechFromMs === undefined) this.send(endOfUtteranceMessage(this.ear?.nowMs ?? 0));
    else this.ear?.flush();
  }

  private endStream(): void {
    const how = this.knobs.onEndOfStream ?? 'normal';
    if (how === 'hang') return;
    this.ear?.flush();
    this.later(() => {
      if (how === 'destroy') this.socket.terminate();
      else if (how === 'close') this.socket.close();
      else if (how === 'error') this.refuse('job_error', 4013);
      else this.send({ message: 'EndOfTranscript' });
    });
  }

  private refuse(type: string, code: number): void {
    this.send(errorMessage(type));
    this.later(() => this.socket.close(code, type));
  }

  private play(kind: SpeechmaticsFaultKind): void {
    switch (kind) {
      case 'stall':
        this.silenced = true;
        return;
      case 'stop-reading':
        this.silenced = true;
        return this.socket.pause();
      case 'not-authorised':
        return this.refuse('not_authorised', 4001);
      case 'quota':
        return this.refuse('quota_exceeded', 4005);
      case 'time-limit':
        return this.socket.close(4006);
      case 'end-of-transcript':
        return this.send({ message: 'EndOfTranscript' });
      case 'close':
      case 'close-codeless':
      case 'close-1011':
      case 'destroy':
      case 'garbage':
      case 'no-type':
      case 'malformed':
      case 'binary':
      case 'bad-frame':
      case 'error':
      case 'our-error':
        return playFault(kind, this.socket, this.tcp, {
          malformed: { message: 'AddTranscript', metadata: 'none', results: 'none' },
          error: errorMessage('job_error'),
          ourError: errorMessage('invalid_config'),
        });
    }
  }
}
