import type { Call } from '../../calls/call.port.js';
import type { ClientMessage } from '../../protocol/index.js';

/** What a client may ask of a running call. */
export type CallInput = Exclude<ClientMessage, { type: 'session.start' | 'session.resume' | 'session.end' | 'ping' }>;

/** Does with the call what the client asks. False: this call does not take that. */
export function drive(call: Call, input: CallInput): boolean {
  switch (input.type) {
    case 'text.submit':
      call.submitText(input.text);
      return true;
    case 'input.transcript':
      return call.submitTranscript(input.text, input.final);
    case 'input.commit':
      call.commitInput();
      return true;
    case 'input.clear':
      call.clearInput();
      return true;
    case 'response.cancel':
      call.cancelResponse();
      return true;
    case 'playback.position':
      call.playbackPosition(input.responseId, input.playedMs);
      return true;
    case 'playback.finished':
      call.playbackFinished(input.responseId);
      return true;
    case 'playback.spoken':
      call.playbackSpoken(input.responseId, input.segment, input.heardChars, input.done);
      return true;
  }
}
