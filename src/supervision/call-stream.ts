import type { ConversationEvent } from '../conversation/conversation.port.js';
import type { EventStream } from './event-stream.js';
import type { SaidLine } from './said-line.js';
import type { WatchedCall } from './watched-call.js';

/** Tells what has been said in a call so far, then what happens as it happens, until the call or its reader is gone. */
export function streamCall(call: WatchedCall, stream: EventStream): void {
  const lines = call.showsWords ? call.lines.all(call.info.privacy).map(shownLine) : [];
  stream.send('transcript', { type: 'transcript', callSid: call.info.sessionId, words: call.showsWords, lines });
  const watcher = {
    event: (event: ConversationEvent, seq: number): void => {
      stream.send(event.type, { ...event, seq }, seq);
      if (event.type === 'session.ended') stream.end();
    },
    left: (): void => stream.cut('elsewhere'),
  };
  call.watchers.add(watcher);
  stream.onOver(() => call.watchers.delete(watcher));
}

const shownLine = ({ at, told: _told, ...line }: SaidLine): object => ({ ...line, at: new Date(at).toISOString() });
