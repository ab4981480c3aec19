// One recogniser in a process of its own: libpocketsphinx through koffi, so that there are partial results, word times and
// confidences, and so that a crash in the native code is one call's hiccup. Imports no file of ours: it runs as compiled
// JavaScript and, in tests, straight from this source.
//
// stdin:  frames of [type u8][length u32 LE][payload]: 1 start an utterance, 2 audio (PCM16, 16 kHz), 3 end it (payload: the
//         answers that are likely, as JSON, when something was asked), 4 names of this call (payload: NameClass[] as JSON).
// stdout: JSON lines: {"ready":true}, {"partial":"..."}, {"final":"...","confidence":0.9,"words":[...]}, {"fatal":"..."}.
import { readFileSync } from 'node:fs';
import koffi, { type LibraryHandle } from 'koffi';

interface Settings {
  readonly acousticModel: string;
  readonly dictionary: string;
  readonly domainModel: string;
  readonly generalModel: string;
  /** Weight of the domain model against the general one, 0 to 1. */
  readonly domainWeight: number;
}

interface Word {
  readonly text: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly confidence: number;
}

interface Heard {
  readonly final: string;
  readonly confidence: number;
  readonly words: readonly Word[];
}

/** In small letters, a few words each. */
interface LikelyAnswers {
  readonly yes: readonly string[];
  readonly no: readonly string[];
}

/** From the death of whoever started this process to its own end, ms. */
const LEAVE_AFTER_MS = 1500;

/** Words that may stand wherever the domain's model has `tag`: a class of its language model. */
interface NameClass {
  readonly tag: string;
  /** `word` has `_` for blanks; `sounds` are its phones, said in each way; `share` of its class, 0 to 1. */
  readonly words: readonly { readonly word: string; readonly sounds: readonly string[]; readonly share: number }[];
}

/** PocketSphinx 0.8 (5prealpha), as Debian and Ubuntu ship it; version 5 has another interface. */
const LIBRARY = 'libpocketsphinx.so.3';
const BASE_LIBRARY = 'libsphinxbase.so.3';
/** Length of one of the decoder's frames, ms. */
const FRAME_MS = 10;
const [START, AUDIO, END, NAMES] = [1, 2, 3, 4];
const HEADER_BYTES = 5;
/** The second look at a call's first words may keep the caller waiting for about so long, ms. */
const SECOND_PASS_MS = 600;
/** Nor is more than 10 s of audio kept for it, bytes. */
const SECOND_PASS_BYTES = 10 * 16_000 * 2;
/** Nobody says a word for longer: what begins an utterance as one is noise that was there before the words, ms, ... */
const LONGEST_WORD_MS = 1200;
/** ... and the last of it may be the first of them, ms. */
const FIRST_WORD_MS = 500;
const BYTES_PER_MS = 32;
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
/** What the large model is not so sure of was a cough or a door, as a rule, 0 to 1. */
const SURE = 0.6;
/** So many of the refusals that are found so were some, of words that were chosen to be mistaken for one (docs/speech.md). */
const REFUSAL_CONFIDENCE = 0.7;
/** The searches of the decoder. */
const [MIXED, ANSWERS, RIVALS] = ['mixed', 'answers', 'rivals'];
/** Sounds and silences that the decoder writes as words. */
const NOT_A_WORD = /^(<.*>|\[.*\]|\+\+.*\+\+)$/;

const settings = JSON.parse(process.argv[2] ?? '{}') as Settings;
const write = (message: object): void => void process.stdout.write(`${JSON.stringify(message)}\n`);

function load(library: string): LibraryHandle {
  try {
    return koffi.load(library);
  } catch {
    throw new Error(`cannot load ${library}: sudo apt-get install pocketsphinx (npm run demo does it too)`);
  }
}

function loadDecoder() {
  const lib = load(LIBRARY);
  const base = load(BASE_LIBRARY);
  const psArgs = lib.func('void* ps_args()');
  const parseArguments = base.func('void* cmd_ln_parse_r(void*, void*, int, const char**, int)');
  const init = lib.func('void* ps_init(void*)');
  const readModel = base.func('void* ngram_model_read(void*, const char*, int, void*)');
  const mixModels = base.func('void* ngram_model_set_init(void*, void**, const char**, const float*, int)');
  const setModel = lib.func('int ps_set_lm(void*, const char*, void*)');
  const setSearch = lib.func('int ps_set_search(void*, const char*)');
  const unsetSearch = lib.func('int ps_unset_search(void*, const char*)');
  const addWord = lib.func('int ps_add_word(void*, const char*, const char*, int)');
  const wordId = base.func('int32_t ngram_wid(void*, const char*)');
  const unknownId = base.func('int32_t ngram_unknown_wid(void*)');
  const retain = base.func('void* ngram_model_retain(void*)');
  const addClass = base.func('int ngram_model_add_class(void*, const char*, float, const char**, const float*, int)');
  const setGrammar = lib.func('int ps_set_jsgf_string(void*, const char*, const char*)');
  const logmath = lib.func('void* ps_get_logmath(void*)');
  const exponent = base.func('double logmath_exp(void*, int)');

  const args = ['parley', '-hmm', settings.acousticModel, '-dict', settings.dictionary];
  // Silence is cut by the caller of this process, who must know when speech begins and ends.
  args.push('-remove_silence', 'no', '-logfn', '/dev/null');
  const config: unknown = parseArguments(null, psArgs(), args.length, args, 0);
  const decoder: unknown = config === null ? null : init(config);
  if (decoder === null) throw new Error('the decoder does not start with these models');
  const log: unknown = logmath(decoder);
  const models = [settings.domainModel, settings.generalModel].map(
    (file) => readModel(config, file, 0, log) as unknown,
  );
  if (models.includes(null)) throw new Error('a language model cannot be read');
  const weights = [settings.domainWeight, 1 - settings.domainWeight];
  const mix = (): void => {
    const mixed: unknown = mixModels(config, models, ['domain', 'general'], weights, models.length);
    if (mixed === null || setModel(decoder, MIXED, mixed) !== 0 || setSearch(decoder, MIXED) !== 0) {
      throw new Error('the language models cannot be combined');
    }
    // A search that is unset frees its model, and with it those that the next one is made of.
    retain(mixed);
  };
  mix();

  const startUtterance = lib.func('int ps_start_utt(void*)');
  const process_ = lib.func('int ps_process_raw(void*, const uint8_t*, size_t, int, int)');
  const endUtterance = lib.func('int ps_end_utt(void*)');
  const hypothesis = lib.func('const char* ps_get_hyp(void*, _Out_ int32_t*)');
  const firstSegment = lib.func('void* ps_seg_iter(void*)');
  const nextSegment = lib.func('void* ps_seg_next(void*)');
  const segmentWord = lib.func('const char* ps_seg_word(void*)');
  const segmentFrames = lib.func('void ps_seg_frames(void*, _Out_ int*, _Out_ int*)');
  const segmentProbability = lib.func('int32_t ps_seg_prob(void*, _Out_ int32_t*, _Out_ int32_t*, _Out_ int32_t*)');
  const toShare = (logarithm: number): number => Math.min(1, Math.max(0, exponent(log, logarithm) as number));

  const start = () => void startUtterance(decoder);
  const push = (pcm: Buffer) => void process_(decoder, pcm, pcm.length >> 1, 0, 0);
  const end = () => void endUtterance(decoder);
  return {
    start,
    push,
    end,
    text: (): string => plain((hypothesis(decoder, [0]) as string | null) ?? ''),
    /** How likely the best path was, as the logarithm: to be compared between grammars. */
    score(): number {
      const score: [number] = [0];
      hypothesis(decoder, score);
      return score[0];
    },
    /** Makes names be heard. Between utterances, and once: the words of a class stay. */
    learn(classes: readonly NameClass[]): void {
      // Words that are added to the dictionary go into the model that is in use, too, each as likely as all others together.
      unsetSearch(decoder, MIXED);
      for (const { tag, words } of classes) {
        // A class that no sentence has would be given a place among the words, of which the library makes a mess.
        if (wordId(models[0], tag) === unknownId(models[0])) continue;
        const heard = words.filter(({ word, sounds: [first = '', ...others] }) => {
          if (addWord(decoder, word, first, 0) < 0) return false;
          for (const [n, sounds] of others.entries()) addWord(decoder, `${word}(${n + 2})`, sounds, 0);
          return true;
        });
        const shares = heard.map(({ share }) => share);
        if (heard.length > 0)
          addClass(
            models[0],
            tag,
            1,
            heard.map(({ word }) => word),
            shares,
            heard.length,
          );
      }
      mix();
    },
    /** Makes a search that hears one of these phrases, all of them equally likely. */
    makeGrammar(search: string, phrases: readonly string[]): boolean {
      return setGrammar(decoder, search, `#JSGF V1.0;\ngrammar one;\npublic <one> = ${phrases.join(' | ')};\n`) === 0;
    },
    /** Decodes an utterance with another search, and leaves its results to be read by `read`. */
    searched<Result>(search: string, audio: Buffer, read: () => Result): Result | undefined {
      if (setSearch(decoder, search) !== 0) return undefined;
      try {
        start();
        push(audio);
        end();
        return read();
      } finally {
        setSearch(decoder, MIXED);
      }
    },
    words() {
      const words: Word[] = [];
      // Frames are counted since the process began: the utterance begins with its first segment.
      let begin: number | undefined;
      for (let at: unknown = firstSegment(decoder); at !== null; at = nextSegment(at)) {
        const text = segmentWord(at) as string;
        const [first, last] = [[0], [0]];
        segmentFrames(at, first, last);
        begin ??= first[0] ?? 0;
        if (NOT_A_WORD.test(text)) continue;
        words.push({
          text: plain(text),
          startMs: ((first[0] ?? 0) - begin) * FRAME_MS,
          endMs: ((last[0] ?? 0) + 1 - begin) * FRAME_MS,
          confidence: toShare(segmentProbability(at, [0], [0], [0]) as number),
        });
      }
      return words;
    },
  };
}

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

/**
 * Mean of the words' posteriors, each weighed by its duration. (The posterior of the whole sentence, which the library
 * also gives, is the product of all doubts: 0.07 for five words that are all right.)
 */
function meanConfidence(words: readonly Word[]): number {
  let sum = 0;
  let total = 0;
  for (const { startMs, endMs, confidence } of words) {
    sum += confidence * (endMs - startMs);
    total += endMs - startMs;
  }
  return total > 0 ? sum / total : 0;
}

/**
 * What is decoded twice. The first words of a call: the decoder learns the channel and the voice (its cepstral mean) from an
 * utterance only when it is over, and without that twice as many words come out wrong (5.5 % against 2.6 % in 165 calls of
 * one sentence, three voices). It takes as long as the first time did, about a tenth of the utterance's length; where that
 * was too long (a long utterance, a busy machine), once must do, unless it is not sure of what it has heard: "is our refund
 * policy" after a noise was "juan policy". And words that began in a noise, without most of that.
 */
class SecondLook {
  private audio: Buffer[] = [];
  private bytes = 0;
  private spentMs = 0;
  private isFirst = true;

  start(): void {
    this.audio = [];
    this.bytes = 0;
    this.spentMs = 0;
  }

  /** Notes audio that was decoded in `spentMs`. */
  take(pcm: Buffer, spentMs: number): void {
    this.bytes += pcm.length;
    this.spentMs += spentMs;
    if (this.bytes <= SECOND_PASS_BYTES) this.audio.push(Buffer.from(pcm));
  }

  /** To be called with the words of an utterance that is over: what of it should be decoded again, from where, ms. */
  again(words: readonly Word[]): { readonly audio: Buffer; readonly fromMs: number } | undefined {
    const [first] = words;
    if (first === undefined) return undefined;
    const isNoise = first.endMs - first.startMs > LONGEST_WORD_MS;
    const isWorthIt = this.spentMs <= SECOND_PASS_MS || meanConfidence(words) < SURE;
    const isWanted = isNoise || (this.isFirst && isWorthIt);
    this.isFirst = false;
    if (!isWanted || this.bytes > SECOND_PASS_BYTES) return undefined;
    const fromMs = isNoise ? first.endMs - FIRST_WORD_MS : 0;
    return { audio: Buffer.concat(this.audio).subarray(fromMs * BYTES_PER_MS), fromMs };
  }
}

/**
 * Finds the refusal that the large model has lost: a word alone has no neighbours that could help, and "no" becomes a "now"
 * that it is not sure of. A grammar of answers hears one in every sound: it counts only against every other short word of
 * the dictionary. A yes is never found so. What is measured, and why: docs/speech.md.
 */
class Refusals {
  private audio: Buffer[] = [];
  private bytes = 0;
  /** The answers that the searches were made for, as JSON. */
  private madeFor = '';
  private usable = false;
  private no: ReadonlySet<string> = new Set();
  private dictionary: ReadonlyMap<string, readonly string[]> = new Map();
  private readonly decoder: Decoder;

  constructor(decoder: Decoder) {
    this.decoder = decoder;
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
    const read = () => ({ text: decoder.text(), score: decoder.score(), words: decoder.words() });
    const answer = decoder.searched(ANSWERS, audio, read);
    if (answer === undefined || !no.has(answer.text)) return undefined;
    const rival = decoder.searched(RIVALS, audio, read);
    const margin = this.marginOver(heard, answer.text);
    if (rival === undefined || rival.text === '' || answer.score - rival.score < margin) return undefined;
    return {
      final: answer.text,
      confidence: REFUSAL_CONFIDENCE,
      words: answer.words.map((word) => ({ ...word, confidence: REFUSAL_CONFIDENCE })),
    };
  }

  private marginOver({ final, confidence }: Heard, answer: string): number {
    if (this.soundsLike(answer, final)) return NEAR_MARGIN;
    return confidence < SURE ? UNSURE_MARGIN : SURE_MARGIN;
  }

  /** Whether two words differ in one sound at most. */
  private soundsLike(one: string, other: string): boolean {
    const sounds = (word: string) => (this.dictionary.get(word) ?? []).map((said) => said.split(' '));
    return sounds(one).some((a) => sounds(other).some((b) => differInOne(a, b)));
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
      const dictionary = soundsOf(readFileSync(settings.dictionary, 'utf8'));
      this.dictionary = dictionary;
      const known = [...yes, ...no].filter((answer) => answer.split(' ').every((word) => dictionary.has(word)));
      const rivals = rivalsOf(known, dictionary);
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

/** The words of a dictionary, each with its pronunciations. */
function soundsOf(dictionary: string): Map<string, string[]> {
  const words = new Map<string, string[]>();
  for (const line of dictionary.split('\n')) {
    const [entry = '', ...sounds] = line.trim().split(' ');
    const word = entry.replace(/\(\d+\)$/, '');
    if (word !== '') words.set(word, [...(words.get(word) ?? []), sounds.join(' ')]);
  }
  return words;
}

/** Whether one sound more, less or another makes the one into the other. */
function differInOne(a: readonly string[], b: readonly string[]): boolean {
  if (Math.abs(a.length - b.length) > 1) return false;
  let same = 0;
  while (same < a.length && a[same] === b[same]) same += 1;
  const rests = [
    [same + 1, same + 1],
    [same + 1, same],
    [same, same + 1],
  ] as const;
  return rests.some(([from, to]) => a.slice(from).join(' ') === b.slice(to).join(' '));
}

/** Short words that are no answer, and do not sound the same as one. */
function rivalsOf(answers: readonly string[], dictionary: ReadonlyMap<string, readonly string[]>): string[] {
  const own = new Set(answers.flatMap((answer) => dictionary.get(answer) ?? []));
  return [...dictionary].flatMap(([word, sounds]) => {
    const isShort = sounds.some((one) => one.split(' ').length <= RIVAL_SOUNDS);
    return /^[a-z']+$/.test(word) && isShort && !sounds.some((one) => own.has(one)) ? [word] : [];
  });
}

type Decoder = ReturnType<typeof loadDecoder>;

function serve(decoder: Decoder): void {
  const secondLook = new SecondLook();
  const refusals = new Refusals(decoder);
  let speaking = false;
  let shown = '';
  let names = '';
  const learn = (): void => {
    if (names !== '') decoder.learn(JSON.parse(names) as NameClass[]);
    names = '';
  };
  const handle = (type: number, payload: Buffer): void => {
    if (type === NAMES) {
      names = payload.toString();
      if (!speaking) learn();
    } else if (type === START) {
      decoder.start();
      refusals.start();
      secondLook.start();
      speaking = true;
      shown = '';
    } else if (type === AUDIO && speaking) {
      const before = performance.now();
      decoder.push(payload);
      secondLook.take(payload, performance.now() - before);
      refusals.take(payload);
      const text = decoder.text();
      if (text !== '' && text !== shown) write({ partial: text });
      shown = text;
    } else if (type === END && speaking) {
      decoder.end();
      speaking = false;
      let words = decoder.words();
      const again = secondLook.again(words);
      if (again !== undefined) {
        const { audio, fromMs } = again;
        decoder.start();
        decoder.push(audio);
        decoder.end();
        words = decoder
          .words()
          .map((word) => ({ ...word, startMs: word.startMs + fromMs, endMs: word.endMs + fromMs }));
      }
      const heard: Heard = { final: decoder.text(), confidence: meanConfidence(words), words };
      const refusal = payload.length === 0 ? undefined : refusals.find(payload.toString(), heard);
      write(refusal ?? heard);
      learn();
    }
  };
  let pending: Buffer = Buffer.alloc(0);
  process.stdin.on('data', (data: Buffer) => {
    pending = pending.length === 0 ? data : Buffer.concat([pending, data]);
    while (pending.length >= HEADER_BYTES) {
      const end = HEADER_BYTES + pending.readUInt32LE(1);
      if (pending.length < end) return;
      handle(pending[0] ?? 0, pending.subarray(HEADER_BYTES, end));
      pending = pending.subarray(end);
    }
  });
  // Whoever started this process is gone: so is its work. Giving its memory back takes the processor for a while, which those
  // need more at that moment to whom the calls come back.
  const leave = (): void => void setTimeout(() => process.exit(0), LEAVE_AFTER_MS);
  process.stdin.once('end', leave);
  process.stdin.once('error', leave);
  process.stdout.once('error', leave);
  process.stdout.on('error', () => undefined);
}

try {
  serve(loadDecoder());
  write({ ready: true });
} catch (error) {
  write({ fatal: error instanceof Error ? error.message : String(error) });
  process.exitCode = 1;
}
