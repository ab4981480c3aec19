// What holds in every call, whatever its scenario says: the protocol is kept, nothing is lost or said twice, and what the
// conversation keeps of an interrupted reply is what was heard of it.
import { bytesOf } from '../../client/audio/pcm.js';
import { speakable } from '../../src/conversation/speakable.js';
import { wordsOf } from '../../src/conversation/words.js';
import type { CallLog, ReceivedResponse } from '../call/call-log.js';
import { showMs } from '../scenario/times.js';
import type { RecordingVoice } from '../script/recording-voice.js';
import { textOf, wordTimes } from '../script/spelling.js';

/** How far the words kept may be from the words heard: the one that was being said, and one for the way. */
const WORDS_APART = 1;
/** A word counts as heard when less than this is missing, ms: src/conversation/heard.ts. */
const TAIL_MS = 120;

export function checkInvariants(log: CallLog, voices: readonly RecordingVoice[], expectsErrors: boolean): string[] {
  return [
    ...log.ignored.map((reason) => `the client did not understand: ${reason}`),
    ...(expectsErrors ? [] : log.of('error').map(({ code, message }) => `error ${code}: ${message}`)),
    ...[...log.responses.values()].flatMap((response) => [
      ...checkWhole(log, response, voices),
      ...checkHeard(log, response),
    ]),
  ];
}

const writtenOf = (log: CallLog, id: string): string[] =>
  log
    .of('response.text')
    .filter(({ responseId }) => responseId === id)
    .map(({ delta }) => delta)
    .join('')
    .split(/\s+/)
    .filter((word) => word !== '');

/** How many words are spoken for the first so many written ones: "5001" is four. */
const saidOf = (written: readonly string[], words: number): number =>
  wordsOf(speakable(written.slice(0, Math.max(0, words)).join(' '), 'en-US')).length;

/** A reply that was played to its end came whole, once, and was heard as it came. */
function checkWhole(log: CallLog, response: ReceivedResponse, voices: readonly RecordingVoice[]): string[] {
  const { responseId, chunks, heard } = response;
  const finished = log.of('playback.finished').some((event) => event.responseId === responseId);
  if (!finished || chunks.length === 0) return [];
  const faults: string[] = [];
  if (!voices.some((voice) => voice.spoke(chunks)))
    faults.push(`the audio of ${responseId} is not what the voice spoke: "${textOf(chunks)}"`);
  const played = Buffer.concat(heard.map((samples) => Buffer.from(bytesOf(samples.slice()))));
  if (!played.equals(Buffer.concat(chunks)))
    faults.push(`${responseId} was not heard as it came (${played.length} bytes of ${Buffer.concat(chunks).length})`);
  return faults;
}

/** The words kept of an interrupted reply are those that were heard; and nothing of it comes any more. */
function checkHeard(log: CallLog, { responseId, chunks, heardMs, lastAudioAtMs }: ReceivedResponse): string[] {
  const cut = log.of('response.interrupted').find((event) => event.responseId === responseId);
  if (cut === undefined) return [];
  const faults: string[] = [];
  if (chunks.length > 0 && lastAudioAtMs > cut.atMs)
    faults.push(
      `audio of ${responseId} came at ${showMs(lastAudioAtMs)}, after it was interrupted at ${showMs(cut.atMs)}`,
    );
  const times = wordTimes(textOf(chunks));
  if (times.length === 0) return faults;
  const upTo = (ms: number): string[] =>
    wordsOf(
      times
        .filter(({ endMs }) => endMs <= ms)
        .map(({ word }) => word)
        .join(' '),
    );
  const heard = upTo(heardMs);
  const written = writtenOf(log, responseId);
  const kept = cut.heardText.split(/\s+/).filter((word) => word !== '').length;
  const tooFew = saidOf(written, kept + 1 + WORDS_APART) < heard.length;
  const tooMany = saidOf(written, kept - WORDS_APART) > upTo(heardMs + TAIL_MS).length;
  if (tooFew || tooMany) {
    faults.push(`of ${responseId} the caller heard "... ${heard.slice(-4).join(' ')}", kept was "${cut.heardText}"`);
  }
  return faults;
}
