import type { LikelyAnswers } from '../../stt.port.js';
import type { Decoder } from './decoder.ts';
import { type Heard, SURE } from './heard.ts';
import { readSounds, shortWordsBeside, soundAlike, type Sounds } from './phonetics.ts';

/** A refusal is looked for in what is no longer than this, its silences included, bytes, ... */
const REFUSAL_BYTES = 2.5 * 16_000 * 2;
/** ... and in which the large model has heard at most so many words. */
const REFUSAL_WORDS = 3;
/** It has to be likelier than every other word of at most so many sounds, ... */
const RIVAL_SOUNDS = 4;
/** ... in the decoder's units by so much where the large model has heard nearly the same ("now" for "no"), ... */
const NEAR_MARGIN = 500;
/** ... by so much where it is unsure of something else, and where it is sure. */
const [UNSURE_MARGIN, SURE_MARGIN] = [900, 1500];
/** So many of the refusals that are found so were some, of words that were chosen to be mistaken for one (docs/speech.md). */
const REFUSAL_CONFIDENCE = 0.7;
/** The searches of the decoder. */
const [ANSWERS, RIVALS] = ['answers', 'rivals'];

/**
 * Finds the refusal that the large model has lost: a word alone has no neighbours that could help, and "no" becomes a "now"
 * that it is not sure of. A grammar of answers hears one in every sound: it counts only against every other short word of
 * the dictionary. A yes is never found so. What is measured, and why: docs/speech.md.
 */
export class Refusals {
  private audio: Buffer[] = [];
  private bytes = 0;
  /** The answers that the searches were made for, as JSON. */
  private madeFor = '';
  private usable = false;
  private no: ReadonlySet<string> = new Set();
  private sounds: Sounds = new Map();
  private readonly decoder: Decoder;
  private readonly dictionary: string;

  /** @param dictionary the file of the words that are listened for */
  constructor(decoder: Decoder, dictionary: string) {
    this.decoder = decoder;
    this.dictionary = dictionary;
  }

  /** An utterance begins. */
  start(): void {
    this.audio = [];
    this.bytes = 0;
  }

  take(pcm: Buffer): void {
    this.bytes += pcm.length;
    if (this.bytes <= REFUSAL_BYTES) this.audio.push(Buffer.from(pcm));
  }

  /** The refusal in the utterance that the large model has `heard` as something else. `answers` is LikelyAnswers as JSON. */
  find(answers: string, heard: Heard): Heard | undefined {
    if (!this.mayBe(heard) || !this.prepare(answers, heard)) return undefined;
    const { decoder, no } = this;
    const audio = Buffer.concat(this.audio);
    const answer = decoder.decodeBy(ANSWERS, audio);
    if (answer === undefined || !no.has(answer.final)) return undefined;
    const rival = decoder.decodeBy(RIVALS, audio);
    const margin = this.marginOver(heard, answer.final);
    if (rival === undefined || rival.final === '' || answer.score - rival.score < margin) return undefined;
    return {
      final: answer.final,
      confidence: REFUSAL_CONFIDENCE,
      words: answer.words.map((word) => ({ ...word, confidence: REFUSAL_CONFIDENCE })),
    };
  }

  private marginOver({ final, confidence }: Heard, answer: string): number {
    if (soundAlike(answer, final, this.sounds)) return NEAR_MARGIN;
    return confidence < SURE ? UNSURE_MARGIN : SURE_MARGIN;
  }

  private mayBe({ words }: Heard): boolean {
    return words.length > 0 && words.length <= REFUSAL_WORDS && this.bytes <= REFUSAL_BYTES;
  }

  /** Makes the searches when they are first needed, and nothing of an answer that was heard as one. */
  private prepare(answers: string, { final, confidence }: Heard): boolean {
    const { yes, no } = JSON.parse(answers) as LikelyAnswers;
    if (confidence >= SURE && [...yes, ...no].includes(final)) return false;
    if (this.madeFor !== answers) {
      this.madeFor = answers;
      this.sounds = readSounds(this.dictionary);
      const known = [...yes, ...no].filter((answer) => answer.split(' ').every((word) => this.sounds.has(word)));
      const rivals = shortWordsBeside(known, RIVAL_SOUNDS, this.sounds);
      this.no = new Set(no.filter((answer) => known.includes(answer)));
      this.usable =
        this.no.size > 0 &&
        rivals.length > 0 &&
        this.decoder.makeGrammar(ANSWERS, known) &&
        this.decoder.makeGrammar(RIVALS, rivals);
    }
    return this.usable;
  }
}
