// What recognisers, models and voices answer.
import fc from 'fast-check';
import { AnswerMapper } from '../../../src/llm/openai/map-event.js';
import { MessageMapper } from '../../../src/llm/anthropic/map-event.js';
import { readArguments } from '../../../src/llm/well-formed/arguments.js';
import { WrittenCalls } from '../../../src/llm/well-formed/written-calls.js';
import { MAX_ARGUMENT_CHARS, MAX_CALLS } from '../../../src/bounds/texts.port.js';
import { ProviderError } from '../../../src/provider/provider.port.js';
import { mapTranscription } from '../../../src/stt/common/map-transcription.js';
import { transcriptionSchema } from '../../../src/stt/common/transcription.schema.js';
import type { StreamDialect } from '../../../src/stt/common/stream-dialect.js';
import { FluxDialect } from '../../../src/stt/deepgram/flux-dialect.js';
import { NovaDialect } from '../../../src/stt/deepgram/nova-dialect.js';
import type { SttEvent } from '../../../src/stt/stt.port.js';
import { SpeechmaticsDialect } from '../../../src/stt/speechmatics/speechmatics-dialect.js';
import { AlignedWords } from '../../../src/tts/elevenlabs/aligned-words.js';
import { mapEvent } from '../../../src/tts/cartesia/map-event.js';
import { mapMessage } from '../../../src/tts/deepgram/map-message.js';
import { mangledText, mangledValue } from '../mangled.js';
import { holds, only, property } from '../target.js';
import type { Target } from '../target.js';

const OPTIONS = { sampleRate: 16_000, language: 'en-US', keyTerms: [] };
const NOWHERE = () => Promise.reject(new Error('nobody connects here'));

const word = { word: 'hello', start: 0.1, end: 0.4, confidence: 0.9, punctuated_word: 'Hello' };
const results = (more: object): object => ({
  type: 'Results',
  start: 0,
  duration: 1,
  is_final: true,
  speech_final: false,
  channel: { alternatives: [{ transcript: 'hello there', confidence: 0.9, words: [word, word] }] },
  ...more,
});
const NOVA = [
  results({}),
  results({ is_final: false }),
  results({ speech_final: true, from_finalize: true }),
  { type: 'SpeechStarted', timestamp: 0.2 },
  { type: 'UtteranceEnd', last_word_end: 1.2 },
  { type: 'Error', variant: 'INTERNAL', description: 'x' },
  { type: 'Metadata', request_id: 'x' },
];
const turn = (event: string): object => ({
  type: 'TurnInfo',
  event,
  turn_index: 0,
  audio_window_start: 0,
  audio_window_end: 1,
  transcript: 'hello there',
  words: [word],
  end_of_turn_confidence: 0.5,
});
const FLUX = [
  ...['Update', 'StartOfTurn', 'EagerEndOfTurn', 'TurnResumed', 'EndOfTurn'].map(turn),
  { type: 'Connected' },
  { type: 'Error', code: 'INTERNAL_SERVER_ERROR' },
];
const said = {
  metadata: { start_time: 0, end_time: 1, transcript: 'Hello there.' },
  results: [
    { type: 'word', start_time: 0, end_time: 0.4, alternatives: [{ content: 'Hello', confidence: 1 }] },
    {
      type: 'punctuation',
      start_time: 0.4,
      end_time: 0.4,
      attaches_to: 'previous',
      alternatives: [{ content: '.', confidence: 1 }],
    },
  ],
};
const SPEECHMATICS = [
  { message: 'RecognitionStarted', id: 'x' },
  { message: 'AddPartialTranscript', ...said },
  { message: 'AddTranscript', ...said },
  { message: 'EndOfUtterance', metadata: { start_time: 1, end_time: 1 } },
  { message: 'EndOfTranscript' },
  { message: 'Error', type: 'not_authorised', reason: 'x' },
  { message: 'AudioAdded', seq_no: 1 },
];

/** A stream of messages, to its end. */
function recognised(dialect: StreamDialect, messages: readonly unknown[]): void {
  let audioMs = 0;
  const check = (events: readonly SttEvent[]): void => {
    holds(events.length < 100, 'few events of a message');
    for (const event of events) {
      if (event.type === 'transcript.partial' || event.type === 'transcript.final') holds(event.text !== '', 'words');
      if (event.type === 'transcript.final') holds(event.confidence >= 0 && event.confidence <= 1, 'a confidence');
    }
  };
  only([ProviderError], () => {
    for (const message of messages) {
      check(dialect.map(message));
      audioMs += 100;
      if (audioMs % 300 === 0) dialect.finalize(audioMs);
    }
  });
  check(dialect.endTurnNow(audioMs));
  check(dialect.lastEvents(audioMs));
}

const several = (samples: readonly unknown[]): fc.Arbitrary<unknown[]> =>
  fc.array(mangledValue(samples), { minLength: 1, maxLength: 6 });

const delta = (content: object, finish_reason: string | null = null): object => ({
  id: 'x',
  choices: [{ index: 0, delta: content, finish_reason }],
});
const CHUNKS = [
  delta({ role: 'assistant', content: 'Hello' }),
  delta({ reasoning_content: 'hm' }),
  delta({ tool_calls: [{ index: 0, id: 'a', type: 'function', function: { name: 'look', arguments: '{"x":' } }] }),
  delta({
    tool_calls: [
      { index: 0, function: { arguments: '1}' } },
      { index: 1, id: 'b', function: { name: 'send', arguments: { y: 2 } } },
    ],
  }),
  delta({}, 'tool_calls'),
  delta({}, 'length'),
  { choices: [], usage: { prompt_tokens: 3, completion_tokens: 2, prompt_tokens_details: { cached_tokens: 1 } } },
];
const EVENTS = [
  { type: 'message_start', message: { usage: { input_tokens: 3, output_tokens: 0, cache_read_input_tokens: 1 } } },
  { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
  { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Hello' } },
  { type: 'content_block_start', index: 1, content_block: { type: 'tool_use', id: 'a', name: 'look', input: {} } },
  { type: 'content_block_delta', index: 1, delta: { type: 'input_json_delta', partial_json: '{"x":1}' } },
  { type: 'content_block_start', index: 2, content_block: { type: 'thinking', thinking: '', signature: '' } },
  { type: 'content_block_delta', index: 2, delta: { type: 'thinking_delta', thinking: 'hm' } },
  { type: 'content_block_stop', index: 0 },
  { type: 'message_delta', delta: { stop_reason: 'tool_use' }, usage: { output_tokens: 9 } },
  { type: 'message_stop' },
  { type: 'ping' },
];

function answered(mapper: AnswerMapper | MessageMapper, chunks: readonly unknown[]): void {
  let calls = 0;
  only([ProviderError], () => {
    for (const chunk of chunks) {
      for (const part of mapper.map(chunk)) {
        if (part.type !== 'tool.call') continue;
        calls += 1;
        holds(part.call.arguments.length <= Math.max(MAX_ARGUMENT_CHARS + 1, 1_000_000), 'arguments that end');
      }
    }
    mapper.end();
  });
  holds(calls <= MAX_CALLS, 'few calls');
}

const TOOLS = ['query_transactions', 'send_email_report'].map((name) => ({
  name,
  description: '',
  parameters: { type: 'object' },
}));
const WRITTEN = [
  '{"name": "query_transactions", "arguments": {"client_id": "5001", "days": 30}}',
  "query_transactions(client_id='5001', days=30)",
  '<tool_call>{"name": "send_email_report", "arguments": {"to": "a@b.c"}}</tool_call> Then we go on.',
  '<|channel|>commentary to=functions.query_transactions<|message|>{"client_id":"5001"}<|call|>',
  '<function=query_transactions><parameter=client_id>5001</parameter></function>',
  'Thought: look.\nAction: query_transactions\nAction Input: {"client_id": "5001"}\nObservation: none',
  '<think>Maybe I should.</think>Here is what I found.',
  "```json\n{'client_id': None, 'days': True,}\n```",
  '[TOOL_CALLS][{"name": "query_transactions", "arguments": {}}]',
];

/** As the SDK hands it over, with what it has read of `data`. */
const withAudio = (message: unknown): unknown =>
  typeof message === 'object' && message !== null && 'data' in message && typeof message.data === 'string'
    ? { ...message, audio: Buffer.from(message.data, 'base64') }
    : message;

export const VENDOR_TARGETS: readonly Target[] = [
  {
    name: "Deepgram's Nova",
    share: 4,
    property: property(several(NOVA), (messages) =>
      recognised(
        new NovaDialect({ model: 'nova-3' } as ConstructorParameters<typeof NovaDialect>[0], OPTIONS, NOWHERE),
        messages,
      ),
    ),
  },
  {
    name: "Deepgram's Flux",
    share: 4,
    property: property(several(FLUX), (messages) =>
      recognised(
        new FluxDialect({ model: 'flux' } as ConstructorParameters<typeof FluxDialect>[0], OPTIONS, NOWHERE),
        messages,
      ),
    ),
  },
  {
    name: 'Speechmatics',
    share: 4,
    property: property(several(SPEECHMATICS), (messages) =>
      recognised(
        new SpeechmaticsDialect({} as ConstructorParameters<typeof SpeechmaticsDialect>[0], OPTIONS),
        messages,
      ),
    ),
  },
  {
    name: "a transcription of OpenAI's wire",
    share: 4,
    property: property(
      mangledValue([
        { text: 'Hello.' },
        {
          text: 'Hello there.',
          language: 'en',
          segments: [{ text: 'Hello there.', avg_logprob: -0.2, no_speech_prob: 0.1, compression_ratio: 1 }],
          words: [{ word: 'Hello', start: 0, end: 0.4, probability: 0.9 }],
          logprobs: [{ logprob: -0.1 }],
        },
      ]),
      (answer) => {
        const parsed = transcriptionSchema.safeParse(answer);
        if (!parsed.success) return;
        const { confidence = 0 } = mapTranscription(parsed.data, 'Names: Ada.');
        holds(confidence >= 0 && confidence <= 1, 'a confidence');
      },
    ),
  },
  {
    name: "an answer of a model, on OpenAI's wire",
    share: 5,
    property: property(several(CHUNKS), (chunks) => answered(new AnswerMapper('x'), chunks)),
  },
  {
    name: "an answer of a model, on Anthropic's wire",
    share: 5,
    property: property(several(EVENTS), (events) => answered(new MessageMapper('x'), events)),
  },
  {
    name: 'arguments that a model has written',
    share: 5,
    property: property(mangledText(WRITTEN), (text) => {
      const read = readArguments(text);
      if ('json' in read) holds(typeof JSON.parse(read.json) === 'object', 'an object');
      else holds(read.fault.length < 1000, 'a short fault');
    }),
  },
  {
    name: 'calls that a model has written as text',
    share: 3,
    property: property(fc.tuple(mangledText(WRITTEN), fc.integer({ min: 1, max: 40 })), ([text, size]) => {
      const calls = new WrittenCalls(TOOLS);
      let spoken = 0;
      for (let at = 0; at < text.length; at += size) spoken += calls.add(text.slice(at, at + size)).length;
      spoken += calls.end().length;
      holds(spoken <= text.length, 'nothing is made up');
    }),
  },
  {
    name: "Cartesia's messages",
    share: 4,
    property: property(
      mangledValue([
        {
          type: 'chunk',
          context_id: 'c',
          data: 'AAAA',
          flush_id: 1,
          done: false,
          status_code: 206,
        },
        { type: 'timestamps', context_id: 'c', flush_id: 1, word_timestamps: { words: ['a'], start: [0], end: [1] } },
        { type: 'flush_done', context_id: 'c', flush_id: 1 },
        { type: 'done', context_id: 'c' },
        { type: 'error', context_id: 'c', status_code: 500, error_code: 'x' },
      ]),
      (message) => void mapEvent(withAudio(message)),
    ),
  },
  {
    name: "Deepgram's voice",
    share: 3,
    property: property(
      mangledValue([{ type: 'Flushed', sequence_id: 1 }, { type: 'Error', code: 'x' }, { type: 'Metadata' }]),
      (message) => void mapMessage(message),
    ),
  },
  {
    name: "ElevenLabs' times of characters",
    share: 3,
    property: property(
      fc.array(
        fc.record({
          characters: fc.array(fc.string({ maxLength: 2 }), { maxLength: 30 }),
          startSeconds: fc.array(fc.double(), { maxLength: 30 }),
          endSeconds: fc.array(fc.double(), { maxLength: 30 }),
        }),
        { maxLength: 4 },
      ),
      (parts) => {
        const words = new AlignedWords();
        for (const part of parts) holds(words.add(part, 100).length <= 120, 'no more words than characters');
      },
    ),
  },
];
