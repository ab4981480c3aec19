import { Emitter } from './emitter.js';
import type { ClientEvents, ServerEvent } from './client-events.js';
import { Transcript } from './transcript.js';

class Server extends Emitter<ClientEvents> {
  say<Name extends ServerEvent['type']>(type: Name, message: Omit<ClientEvents[Name], 'type'>): void {
    this.emit('message', { type, ...message } as unknown as ServerEvent);
  }

  saidBefore<Name extends ServerEvent['type']>(type: Name, message: Omit<ClientEvents[Name], 'type'>): void {
    this.emit('history', { type, ...message } as unknown as ServerEvent);
  }
}

const following = () => {
  const server = new Server();
  const transcript = new Transcript(server);
  const lines = () =>
    transcript.entries.map(
      ({ speaker, text, final, unheard }) =>
        `${speaker}${final ? '' : ' …'}: ${text}${unheard === undefined || unheard === '' ? '' : ` [${unheard}]`}`,
    );
  return { server, transcript, lines };
};

describe('Transcript', () => {
  it('shows words as they are guessed, settled, and taken for the turn', () => {
    const { server, lines } = following();
    server.say('transcript.partial', { turnId: 't1', text: 'what' });
    expect(lines()).toEqual(['caller …: what']);
    server.say('transcript.final', { turnId: 't1', text: 'what does' });
    server.say('transcript.partial', { turnId: 't1', text: 'what does client' });
    expect(lines()).toEqual(['caller …: what does client']);
    server.say('transcript.final', { turnId: 't1', text: 'client 5001 owe' });
    expect(lines()).toEqual(['caller …: what does client 5001 owe']);
    server.say('turn.ended', { turnId: 't1', text: 'What does client 5001 owe?' });
    expect(lines()).toEqual(['caller: What does client 5001 owe?']);
    server.say('transcript.partial', { turnId: 't1', text: 'late' });
    expect(lines()).toEqual(['caller: What does client 5001 owe?']);
  });

  it('takes back what nobody said', () => {
    const { server, lines } = following();
    server.say('transcript.partial', { turnId: 't1', text: '' });
    server.say('transcript.partial', { turnId: 't1', text: 'um' });
    server.say('transcript.partial', { turnId: 't1', text: '' });
    expect(lines()).toEqual([]);
  });

  it('shows a reply as it is written, and of an interrupted one what was heard', () => {
    const { server, lines } = following();
    server.say('response.text', { responseId: 'r1', delta: 'It is forty ' });
    server.say('response.text', { responseId: 'r1', delta: 'dollars.' });
    expect(lines()).toEqual(['agent …: It is forty dollars.']);
    server.say('transcript.partial', { turnId: 't2', text: 'wait' });
    server.say('response.interrupted', { responseId: 'r1', heardText: 'It is' });
    expect(lines()).toEqual(['agent: It is [forty dollars.]', 'caller …: wait']);
    server.say('response.text', { responseId: 'r2', delta: 'Yes?' });
    server.say('response.completed', { responseId: 'r2', text: 'Yes?' });
    expect(lines().at(-1)).toBe('agent: Yes?');
  });

  it('keeps the same list while nothing changes, and listens no more once it is disposed of', () => {
    const { server, transcript } = following();
    let changes = 0;
    transcript.on('changed', () => (changes += 1));
    server.say('turn.ended', { turnId: 't1', text: 'Hello.' });
    const { entries } = transcript;
    server.say('turn.ended', { turnId: 't1', text: 'Hello again.' });
    expect([transcript.entries === entries, changes]).toEqual([true, 1]);
    transcript.dispose();
    server.say('turn.ended', { turnId: 't2', text: 'More.' });
    expect(transcript.entries).toHaveLength(1);
  });

  it('begins with what was said before the page was loaded, and goes on with it', () => {
    const { server, lines } = following();
    server.saidBefore('turn.ended', { turnId: 't1', text: 'What does client 5001 owe?' });
    server.saidBefore('response.text', { responseId: 'r1', delta: 'It is forty ' });
    server.say('response.text', { responseId: 'r1', delta: 'dollars.' });
    expect(lines()).toEqual(['caller: What does client 5001 owe?', 'agent …: It is forty dollars.']);
  });

  it('drops the oldest of a very long call', () => {
    const { server, transcript } = following();
    for (let n = 0; n < 1100; n += 1) server.say('turn.ended', { turnId: `t${n}`, text: 'More.' });
    expect([transcript.entries.length, transcript.entries[0]?.id]).toEqual([1000, 't100']);
  });
});
