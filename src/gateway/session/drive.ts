import type { Call } from '../../calls/call.port.js';
import type { ClientMessage } from '../../protocol/index.js';

/** What a client may ask of a running call. */
export type CallInput = Exclude<ClientMessage, { type: 'session.start' | 'session.resume' | 'session.end' | 'ping' }>;

/** Does with the call what the client asks. False: this call does not take that. */
export function drive(call: Call, input: CallInput): boolean {
  if (input.type === 'input.transcript') return call.submitTranscript(input.text, input.final);
  switch (input.type) {
    case 'text.submit':
      call.submitText(input.text);
      break;
    case 'input.commit':
      call.commitInput();
      break;
    case 'input.clear':
      call.clearInput();
      break;
    case 'response.cancel':
      call.cancelResponse();
      break;
    case 'playback.position':
      call.playbackPosition(input.responseId, input.playedMs);
      break;
    case 'playback.finished':
      call.playbackFinished(input.responseId);
      break;
    case 'playback.spoken':
      call.playbackSpoken(input.responseId, input.segment, input.heardChars, input.done);
      break;
    case 'consent.set':
      call.setConsent(input.state, 'client', input.words);
      break;
    case 'client.message':
      call.clientMessage(input.name, input.data);
      break;
    case 'tool.answer':
      call.answerTool(input.callId, input);
      break;
  }
  return true;
}
