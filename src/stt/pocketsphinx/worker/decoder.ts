import type { NameClass } from '../language/names.js';
import type { ModelFiles } from '../model-files.js';
import { type Heard, meanConfidence, type Word } from './heard.ts';
import { loadLibrary, type SphinxLibrary } from './library.ts';

/** Length of one of the decoder's frames, ms. */
const FRAME_MS = 10;
/** The search of the language models. */
const MIXED = 'mixed';
/** Sounds and silences that the decoder writes as words. */
const NOT_A_WORD = /^(<.*>|\[.*\]|\+\+.*\+\+)$/;

/** Words without sounds, and without the number of their pronunciation: "a(2)". */
function plain(text: string): string {
  return text
    .split(/\s+/)
    .filter((word) => !NOT_A_WORD.test(word))
    .map((word) =>
      word
        .replace(/\(\d+\)$/, '')
        .replaceAll('_', ' ')
        .trim(),
    )
    .join(' ')
    .trim();
}

/** What was heard by a search, and how likely its best path was, as the logarithm: to be compared between grammars. */
export interface Scored extends Heard {
  readonly score: number;
}

/** One utterance after another: `start`, `push`, `end`, `heard`. */
export class Decoder {
  private readonly sphinx: SphinxLibrary;
  private readonly config: unknown;
  private readonly decoder: unknown;
  private readonly log: unknown;
  /** Of the domain, and of English. */
  private readonly models: readonly unknown[];
  private readonly weights: readonly number[];

  /** Loads the models. Throws an Error that says what is missing. */
  constructor(files: ModelFiles) {
    const sphinx = loadLibrary();
    const args = ['parley', '-hmm', files.acousticModel, '-dict', files.dictionary];
    // Silence is cut by the caller of this process, who must know when speech begins and ends.
    args.push('-remove_silence', 'no', '-logfn', '/dev/null');
    const config: unknown = sphinx.parseArguments(null, sphinx.arguments(), args.length, args, 0);
    const decoder: unknown = config === null ? null : sphinx.init(config);
    if (decoder === null) throw new Error('the decoder does not start with these models');
    const log: unknown = sphinx.logmath(decoder);
    const models = [files.domainModel, files.generalModel].map(
      (file) => sphinx.readModel(config, file, 0, log) as unknown,
    );
    if (models.includes(null)) throw new Error('a language model cannot be read');
    this.sphinx = sphinx;
    this.config = config;
    this.decoder = decoder;
    this.log = log;
    this.models = models;
    this.weights = [files.domainWeight, 1 - files.domainWeight];
    this.mix();
  }

  start(): void {
    this.sphinx.startUtterance(this.decoder);
  }

  /** PCM16, 16 kHz. */
  push(pcm: Buffer): void {
    this.sphinx.process(this.decoder, pcm, pcm.length >> 1, 0, 0);
  }

  end(): void {
    this.sphinx.endUtterance(this.decoder);
  }

  /** A whole utterance. */
  decode(audio: Buffer): void {
    this.start();
    this.push(audio);
    this.end();
  }

  /** The words so far. */
  text(): string {
    return plain((this.sphinx.hypothesis(this.decoder, [0]) as string | null) ?? '');
  }

  /** The utterance that has ended. */
  heard(): Heard {
    const words = this.words();
    return { final: this.text(), confidence: meanConfidence(words), words };
  }

  /** Makes names be heard. Between utterances, and once: the words of a class stay. */
  learn(classes: readonly NameClass[]): void {
    const { sphinx, decoder } = this;
    const [domain] = this.models;
    // Words that are added to the dictionary go into the model that is in use, too, each as likely as all others together.
    sphinx.unsetSearch(decoder, MIXED);
    for (const { tag, words } of classes) {
      // A class that no sentence has would be given a place among the words, of which the library makes a mess.
      if (sphinx.wordId(domain, tag) === sphinx.unknownId(domain)) continue;
      const heard = words.filter(({ word, sounds: [first = '', ...others] }) => {
        if (sphinx.addWord(decoder, word, first, 0) < 0) return false;
        for (const [n, sounds] of others.entries()) sphinx.addWord(decoder, `${word}(${n + 2})`, sounds, 0);
        return true;
      });
      if (heard.length === 0) continue;
      const names = heard.map(({ word }) => word);
      const shares = heard.map(({ share }) => share);
      sphinx.addClass(domain, tag, 1, names, shares, heard.length);
    }
    this.mix();
  }

  /** Makes a search that hears one of these phrases, all of them equally likely; false where that cannot be. */
  makeGrammar(search: string, phrases: readonly string[]): boolean {
    const grammar = `#JSGF V1.0;\ngrammar one;\npublic <one> = ${phrases.join(' | ')};\n`;
    return this.sphinx.setGrammar(this.decoder, search, grammar) === 0;
  }

  /** Decodes a whole utterance by another search than that of the language models. */
  decodeBy(search: string, audio: Buffer): Scored | undefined {
    if (this.sphinx.setSearch(this.decoder, search) !== 0) return undefined;
    try {
      this.decode(audio);
      const score: [number] = [0];
      this.sphinx.hypothesis(this.decoder, score);
      return { ...this.heard(), score: score[0] };
    } finally {
      this.sphinx.setSearch(this.decoder, MIXED);
    }
  }

  private mix(): void {
    const { sphinx, config, decoder, models, weights } = this;
    const mixed: unknown = sphinx.mixModels(config, models, ['domain', 'general'], weights, models.length);
    if (mixed === null || sphinx.setModel(decoder, MIXED, mixed) !== 0 || sphinx.setSearch(decoder, MIXED) !== 0) {
      throw new Error('the language models cannot be combined');
    }
    // A search that is unset frees its model, and with it those that the next one is made of.
    sphinx.retain(mixed);
  }

  private words(): Word[] {
    const { sphinx, decoder } = this;
    const words: Word[] = [];
    // Frames are counted since the process began: the utterance begins with its first segment.
    let begin: number | undefined;
    for (let at: unknown = sphinx.firstSegment(decoder); at !== null; at = sphinx.nextSegment(at)) {
      const text = sphinx.segmentWord(at) as string;
      const [first, last] = [[0], [0]];
      sphinx.segmentFrames(at, first, last);
      begin ??= first[0] ?? 0;
      if (NOT_A_WORD.test(text)) continue;
      words.push({
        text: plain(text),
        startMs: ((first[0] ?? 0) - begin) * FRAME_MS,
        endMs: ((last[0] ?? 0) + 1 - begin) * FRAME_MS,
        confidence: this.share(sphinx.segmentProbability(at, [0], [0], [0]) as number),
      });
    }
    return words;
  }

  private share(logarithm: number): number {
    return Math.min(1, Math.max(0, this.sphinx.exponent(this.log, logarithm) as number));
  }
}
