// Sound, in files and in packets.
import fc from 'fast-check';
import { containerOf } from '../../../src/audio/container.js';
import { decodeG711, encodeG711 } from '../../../src/audio/g711.js';
import { areFloats } from '../../../src/audio/samples.js';
import { decodeWav, encodeWav, wavHeader } from '../../../src/audio/wav.js';
import { WavStream } from '../../../src/audio/wav-stream.js';
import { loadOpus } from '../../../src/opus/libopus.js';
import { PacketDecoder } from '../../../src/opus/packet-decoder.js';
import { ProviderError } from '../../../src/provider/provider.port.js';
import { decodeAudio } from '../../../src/transcription/audio/decode.js';
import { TranscriptionError } from '../../../src/transcription/transcription-error.js';
import { speechOf } from '../../../src/tts/common/speech-body.js';
import { mangledBytes, mangledText } from '../mangled.js';
import { holds, only, onlyLater, property } from '../target.js';
import type { Target } from '../target.js';

const RATE = 16_000;
const tone = (samples: number): Uint8Array => {
  const pcm = Int16Array.from({ length: samples }, (_, at) => Math.round(9000 * Math.sin(at / 7)));
  return new Uint8Array(pcm.buffer);
};
/** WAVE_FORMAT_EXTENSIBLE with floats, and a chunk before its samples. */
const extensible = (): Buffer => {
  const file = Buffer.alloc(100);
  file.write('RIFF\0\0\0\0WAVELIST\x04\0\0\0abcdfmt \x28\0\0\0', 0, 'latin1');
  file.writeUInt16LE(0xfffe, 32);
  file.writeUInt16LE(2, 34);
  file.writeUInt32LE(48_000, 36);
  file.writeUInt16LE(32, 46);
  file.writeUInt16LE(3, 56);
  file.write('data', 72, 'latin1');
  return file;
};
const FILES = [
  encodeWav(tone(200), RATE),
  encodeWav(tone(200), 44_100, 2),
  wavHeader(0, RATE),
  Buffer.concat([encodeWav(tone(20), RATE), encodeWav(tone(20), 8000)]),
  extensible(),
  ...[
    'OggS',
    'fLaC',
    'ID3\x04\0\0\0\0\0\x0a',
    '\xff\xfb\x90\x64',
    '\x1a\x45\xdf\xa3',
    '#!AMR\n',
    'RF64\0\0\0\0WAVE',
  ].map((head) => Buffer.from(head.padEnd(600, '\x01'), 'latin1')),
];
const file = mangledBytes(FILES);

/** Pieces as a network cuts them. */
const pieces = fc.tuple(file, fc.array(fc.nat(400), { maxLength: 5 })).map(([bytes, sizes]) => {
  const cut: Buffer[] = [];
  let at = 0;
  for (const size of sizes) {
    cut.push(bytes.subarray(at, at + size));
    at += size;
  }
  return [...cut, bytes.subarray(at)];
});

async function* inTurn(chunks: readonly Buffer[]): AsyncGenerator<Uint8Array> {
  yield* chunks;
}

const opus = loadOpus();
const PACKETS = (() => {
  const encoder = new opus.Encoder({ channels: 1, application: 'voip', sample_rate: RATE });
  const packets = [20, 40, 60].map((ms) => encoder.encode(tone((RATE * ms) / 1000)));
  encoder.drop();
  return packets;
})();

export const SOUND_TARGETS: readonly Target[] = [
  {
    // What is no WAV file tries to start a program.
    name: 'a file that is uploaded',
    share: 0.3,
    property: property(
      fc.tuple(file, fc.constantFrom(undefined, { sampleRate: 8000, channels: 2, endianness: 'big-endian' as const })),
      ([bytes, raw]) =>
        onlyLater([TranscriptionError], async () => {
          const options = { maxSeconds: 1, ffmpeg: { program: 'no-such-ffmpeg' } };
          const pcm = await decodeAudio(bytes, raw, options, NEVER);
          holds(pcm.length % 2 === 0 && pcm.length <= 32_000, 'a second of PCM16');
        }),
    ),
  },
  {
    name: 'a WAV file that comes in pieces',
    share: 4,
    property: property(pieces, (chunks) => {
      only([RangeError], () => {
        const stream = new WavStream(24_000);
        let bytes = 0;
        for (const chunk of chunks) bytes += stream.push(chunk).length;
        bytes += stream.flush().length;
        const given = chunks.reduce((sum, { length }) => sum + length, 0);
        // 8 kHz of 8 bits become 24 kHz of 16.
        holds(bytes <= 8 * given + 4096, 'no more sound than was sent');
      });
    }),
  },
  {
    name: 'a WAV file, and what any bytes are',
    share: 6,
    property: property(file, (bytes) => {
      containerOf(bytes);
      areFloats(bytes);
      only([RangeError], () => holds(decodeWav(bytes).pcm.length <= bytes.length, 'no more sound than there is'));
    }),
  },
  {
    name: "a speech service's answer",
    share: 4,
    property: property(
      fc.tuple(
        pieces,
        mangledText(['audio/L16;rate=16000; channels=1', 'audio/wav', 'application/json', 'audio/mpeg', '']),
      ),
      ([chunks, contentType]) =>
        onlyLater([ProviderError], async () => {
          for await (const { audio = NOTHING } of speechOf({
            provider: 'x',
            contentType,
            bytes: inTurn(chunks),
            sampleRate: RATE,
          })) {
            holds(audio.length < 1_000_000, 'no more sound than was sent');
          }
        }),
    ),
  },
  {
    name: 'packets of Opus',
    share: 4,
    property: property(
      fc.tuple(
        fc.constantFrom(8000, 16_000, 48_000),
        fc.array(mangledBytes(PACKETS, 1400), { minLength: 1, maxLength: 4 }),
      ),
      ([rate, packets]) => {
        let open = 1;
        const decoder = new PacketDecoder(opus, rate, () => (open -= 1));
        try {
          for (const packet of packets) {
            holds((decoder.decode(packet)?.length ?? 0) <= (rate * 120 * 2) / 1000, '120 ms at most');
          }
        } finally {
          decoder.close();
        }
        holds(open === 0, 'closed once');
      },
    ),
  },
  {
    name: 'G.711',
    share: 5,
    property: property(
      fc.tuple(fc.uint8Array({ maxLength: 400 }), fc.constantFrom('mulaw' as const, 'alaw' as const)),
      ([codes, law]) => {
        const pcm = decodeG711(codes, law);
        holds(pcm.length === 2 * codes.length, 'two bytes for each');
        holds(
          encodeG711(pcm.subarray(0, pcm.length - (codes.length & 1)), law).length ===
            codes.length - (codes.length & 1 ? 1 : 0),
          'one for two',
        );
      },
    ),
  },
];

const NEVER = new AbortController().signal;
const NOTHING = new Uint8Array(0);
