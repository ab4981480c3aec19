import { ConversationContext, STILL_RUNNING } from './context.js';

const record = (id: string, content: string) => ({ call: { id, name: 'look', arguments: '{}' }, content });

describe('the context', () => {
  it('joins two turns with nothing heard between them, and counts them as one', () => {
    const context = new ConversationContext();
    expect(context.addUser('show me client')).toEqual({ number: 1, text: 'show me client' });
    context.addReply([{ text: '' }], true);
    expect(context.addUser('five thousand and one')).toEqual({
      number: 1,
      text: 'show me client five thousand and one',
    });
    expect(context.messages()).toEqual([{ role: 'user', text: 'show me client five thousand and one' }]);
  });

  it('writes a reply as the messages a model knows: words and calls, answers, words', () => {
    const context = new ConversationContext();
    context.addUser('look');
    context.addReply([{ text: 'One moment.' }, { calls: [record('1', '{"ok":true}')] }, { text: 'There.' }], false);
    expect(context.messages().slice(1)).toEqual([
      { role: 'assistant', text: 'One moment.', toolCalls: [{ id: '1', name: 'look', arguments: '{}' }] },
      { role: 'tool', callId: '1', name: 'look', content: '{"ok":true}' },
      { role: 'assistant', text: 'There.' },
    ]);
  });

  it('answers a call that is still running, and takes its result up when it comes', () => {
    const context = new ConversationContext();
    const late = record('1', '');
    context.addUser('send');
    context.addReply([{ calls: [late] }], true);
    expect(context.messages().at(-1)).toMatchObject({ content: STILL_RUNNING });
    late.content = '{"ok":true}';
    expect(context.messages().at(-1)).toMatchObject({ content: '{"ok":true}' });
  });

  it('forgets whole exchanges, oldest first, and starts with a user message', () => {
    const context = new ConversationContext(100);
    for (let i = 0; i < 20; i += 1) {
      context.addUser(`question ${i} ${'x'.repeat(20)}`);
      context.addReply([{ text: `answer ${i}` }], false);
    }
    const messages = context.messages();
    expect(messages.length).toBeLessThan(8);
    expect(messages[0]?.role).toBe('user');
    expect(messages.at(-1)).toEqual({ role: 'assistant', text: 'answer 19' });
  });
});
