// libpocketsphinx as functions.
import koffi, { type LibraryHandle } from 'koffi';

/** PocketSphinx 0.8 (5prealpha), as Debian and Ubuntu ship it; version 5 has another interface. */
const LIBRARY = 'libpocketsphinx.so.3';
const BASE_LIBRARY = 'libsphinxbase.so.3';

function load(library: string): LibraryHandle {
  try {
    return koffi.load(library);
  } catch {
    throw new Error(`cannot load ${library}: sudo apt-get install pocketsphinx (npm run demo does it too)`);
  }
}

/** Throws an Error that says what to install. */
export function loadLibrary() {
  const lib = load(LIBRARY);
  const base = load(BASE_LIBRARY);
  return {
    arguments: lib.func('void* ps_args()'),
    parseArguments: base.func('void* cmd_ln_parse_r(void*, void*, int, const char**, int)'),
    init: lib.func('void* ps_init(void*)'),
    readModel: base.func('void* ngram_model_read(void*, const char*, int, void*)'),
    mixModels: base.func('void* ngram_model_set_init(void*, void**, const char**, const float*, int)'),
    setModel: lib.func('int ps_set_lm(void*, const char*, void*)'),
    setSearch: lib.func('int ps_set_search(void*, const char*)'),
    unsetSearch: lib.func('int ps_unset_search(void*, const char*)'),
    addWord: lib.func('int ps_add_word(void*, const char*, const char*, int)'),
    wordId: base.func('int32_t ngram_wid(void*, const char*)'),
    unknownId: base.func('int32_t ngram_unknown_wid(void*)'),
    retain: base.func('void* ngram_model_retain(void*)'),
    addClass: base.func('int ngram_model_add_class(void*, const char*, float, const char**, const float*, int)'),
    setGrammar: lib.func('int ps_set_jsgf_string(void*, const char*, const char*)'),
    logmath: lib.func('void* ps_get_logmath(void*)'),
    exponent: base.func('double logmath_exp(void*, int)'),
    startUtterance: lib.func('int ps_start_utt(void*)'),
    process: lib.func('int ps_process_raw(void*, const uint8_t*, size_t, int, int)'),
    endUtterance: lib.func('int ps_end_utt(void*)'),
    hypothesis: lib.func('const char* ps_get_hyp(void*, _Out_ int32_t*)'),
    firstSegment: lib.func('void* ps_seg_iter(void*)'),
    nextSegment: lib.func('void* ps_seg_next(void*)'),
    segmentWord: lib.func('const char* ps_seg_word(void*)'),
    segmentFrames: lib.func('void ps_seg_frames(void*, _Out_ int*, _Out_ int*)'),
    segmentProbability: lib.func('int32_t ps_seg_prob(void*, _Out_ int32_t*, _Out_ int32_t*, _Out_ int32_t*)'),
  };
}

export type SphinxLibrary = ReturnType<typeof loadLibrary>;
