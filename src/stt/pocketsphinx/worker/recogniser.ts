import type { NameClass } from '../language/names.js';
import type { ModelFiles } from '../model-files.js';
import { Decoder } from './decoder.ts';
import { FRAME } from './frames.ts';
import type { Heard } from './heard.ts';
import { Refusals } from './refusals.ts';
import { SecondLook } from './second-look.ts';

/** What was heard so far, or at the end of the utterance. */
export type Result = { readonly partial: string } | Heard;

/** What a recogniser's process does with its frames: the utterances of one call. */
export class Recogniser {
  private readonly decoder: Decoder;
  private readonly write: (result: Result) => void;
  private readonly secondLook = new SecondLook();
  private readonly refusals: Refusals;
  private speaking = false;
  private shown = '';
  /** To be learnt between two utterances. */
  private names: readonly NameClass[] | undefined;

  /** Loads the models. Throws an Error that says what is missing. */
  constructor(files: ModelFiles, write: (result: Result) => void) {
    this.write = write;
    this.decoder = new Decoder(files);
    this.refusals = new Refusals(this.decoder, files.dictionary);
  }

  handle(type: number, payload: Buffer): void {
    if (type === FRAME.names) {
      this.names = JSON.parse(payload.toString()) as NameClass[];
      if (!this.speaking) this.learn();
    } else if (type === FRAME.start) this.start();
    else if (type === FRAME.audio && this.speaking) this.push(payload);
    else if (type === FRAME.end && this.speaking) this.end(payload.toString());
  }

  private learn(): void {
    if (this.names !== undefined) this.decoder.learn(this.names);
    this.names = undefined;
  }

  private start(): void {
    this.decoder.start();
    this.refusals.start();
    this.secondLook.start();
    this.speaking = true;
    this.shown = '';
  }

  private push(pcm: Buffer): void {
    const before = performance.now();
    this.decoder.push(pcm);
    this.secondLook.take(pcm, performance.now() - before);
    this.refusals.take(pcm);
    const text = this.decoder.text();
    if (text !== '' && text !== this.shown) this.write({ partial: text });
    this.shown = text;
  }

  /** `answers` are LikelyAnswers as JSON, or nothing. */
  private end(answers: string): void {
    this.decoder.end();
    this.speaking = false;
    const heard = this.lookAgain(this.decoder.heard());
    this.write((answers === '' ? undefined : this.refusals.find(answers, heard)) ?? heard);
    this.learn();
  }

  private lookAgain(heard: Heard): Heard {
    const again = this.secondLook.again(heard);
    if (again === undefined) return heard;
    const { audio, fromMs } = again;
    this.decoder.decode(audio);
    const second = this.decoder.heard();
    const words = second.words.map((word) => ({ ...word, startMs: word.startMs + fromMs, endMs: word.endMs + fromMs }));
    return { ...second, words };
  }
}
