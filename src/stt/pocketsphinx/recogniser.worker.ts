// One recogniser in a process of its own: libpocketsphinx through koffi, so that there are partial results, word times and
// confidences, and so that a crash in the native code is one call's hiccup. Imports no file of ours: it runs as compiled
// JavaScript and, in tests, straight from this source.
//
// stdin:  frames of [type u8][length u32 LE][payload]: 1 start an utterance, 2 audio (PCM16, 16 kHz), 3 end it.
// stdout: JSON lines: {"ready":true}, {"partial":"..."}, {"final":"...","confidence":0.9,"words":[...]}, {"fatal":"..."}.
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

/** PocketSphinx 0.8 (5prealpha), as Debian and Ubuntu ship it; version 5 has another interface. */
const LIBRARY = 'libpocketsphinx.so.3';
const BASE_LIBRARY = 'libsphinxbase.so.3';
/** Length of one of the decoder's frames, ms. */
const FRAME_MS = 10;
const [START, AUDIO, END] = [1, 2, 3];
const HEADER_BYTES = 5;
/** The second look at a call's first words may keep the caller waiting for about so long, ms. */
const SECOND_PASS_MS = 600;
/** Nor is more than 10 s of audio kept for it, bytes. */
const SECOND_PASS_BYTES = 10 * 16_000 * 2;
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
  const mixed: unknown = mixModels(config, models, ['domain', 'general'], weights, models.length);
  if (mixed === null || setModel(decoder, 'mixed', mixed) !== 0 || setSearch(decoder, 'mixed') !== 0) {
    throw new Error('the language models cannot be combined');
  }

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

  return {
    start: () => void startUtterance(decoder),
    push: (pcm: Buffer) => void process_(decoder, pcm, pcm.length >> 1, 0, 0),
    end: () => void endUtterance(decoder),
    text: (): string => plain((hypothesis(decoder, [0]) as string | null) ?? ''),
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
    .map((word) => word.replace(/\(\d+\)$/, ''))
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
 * The first words of a call are decoded twice: the decoder learns the channel and the voice (its cepstral mean) from an
 * utterance only when it is over, and without that twice as many words come out wrong (5.5 % against 2.6 % in 165 calls of
 * one sentence, three voices). It takes as long as the first time did, about a tenth of the utterance's length; where that
 * was too long (a long utterance, a busy machine), once must do.
 */
class FirstUtterance {
  private audio: Buffer[] = [];
  private bytes = 0;
  private spentMs = 0;
  private over = false;

  /** Notes audio that was decoded in `spentMs`. */
  take(pcm: Buffer, spentMs: number): void {
    if (this.over || this.bytes > SECOND_PASS_BYTES) return;
    this.audio.push(Buffer.from(pcm));
    this.bytes += pcm.length;
    this.spentMs += spentMs;
  }

  /** To be called when an utterance with words is over: its audio when it should be decoded again. */
  again(): Buffer | undefined {
    const affordable = this.bytes <= SECOND_PASS_BYTES && this.spentMs <= SECOND_PASS_MS;
    const audio = this.over || !affordable ? undefined : Buffer.concat(this.audio);
    this.over = true;
    this.audio = [];
    return audio;
  }

  /** There were no words in it: the next one may be the first. */
  forget(): void {
    this.audio = [];
    this.bytes = 0;
    this.spentMs = 0;
  }
}

function serve(decoder: ReturnType<typeof loadDecoder>): void {
  const first = new FirstUtterance();
  let speaking = false;
  let shown = '';
  const handle = (type: number, payload: Buffer): void => {
    if (type === START) {
      decoder.start();
      speaking = true;
      shown = '';
    } else if (type === AUDIO && speaking) {
      const before = performance.now();
      decoder.push(payload);
      first.take(payload, performance.now() - before);
      const text = decoder.text();
      if (text !== '' && text !== shown) write({ partial: text });
      shown = text;
    } else if (type === END && speaking) {
      decoder.end();
      speaking = false;
      if (decoder.text() === '') first.forget();
      else {
        const audio = first.again();
        if (audio !== undefined) {
          decoder.start();
          decoder.push(audio);
          decoder.end();
        }
      }
      const words = decoder.words();
      write({ final: decoder.text(), confidence: meanConfidence(words), words });
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
  // Whoever started this process is gone: so is its work.
  process.stdin.on('end', () => process.exit(0));
  process.stdin.on('error', () => process.exit(0));
  process.stdout.on('error', () => process.exit(0));
}

try {
  serve(loadDecoder());
  write({ ready: true });
} catch (error) {
  write({ fatal: error instanceof Error ? error.message : String(error) });
  process.exitCode = 1;
}
