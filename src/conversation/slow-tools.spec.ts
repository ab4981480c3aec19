import { type FakeTool, fakeCall } from '../../test/fakes/call.js';
import { calls, says } from '../../test/fakes/providers.js';
import type { LlmRequest } from '../llm/llm.port.js';
import type { ToolOutcome } from '../tools/tool.port.js';

it('what has become of something done before is told when nobody speaks, by the model, once', async () => {
  const cameBack = { ok: false, code: 'failed', message: 'The mail to Ann came back.' } as const;
  let checkpoints = 0;
  const call = fakeCall({
    script: (request) => says(request.messages.at(-1)?.role === 'tool' ? 'By the way, it came back.' : 'Good evening.'),
    checkpoint: () => (checkpoints += 1),
  });
  call.conversation.submitText('hello');
  const before = checkpoints;
  call.conversation.news('send_email_report', cameBack);
  // Another process would tell it, too.
  expect(checkpoints).toBe(before + 1);
  expect(call.conversation.snapshot().late).toHaveLength(1);
  await call.clock.advance(8000);
  expect(call.voice.spoken).toEqual(['Good evening.', 'By the way, it came back.']);
  const told = call.model.requests.at(-1)?.messages.slice(-2);
  expect(told).toMatchObject([
    { role: 'assistant', toolCalls: [{ name: 'send_email_report', arguments: '{}' }] },
    { role: 'tool', name: 'send_email_report', content: JSON.stringify(cameBack) },
  ]);
  call.conversation.submitText('thank you');
  await call.clock.advance(5000);
  expect(call.voice.spoken).toHaveLength(3);
});

describe('a slow tool', () => {
  /** A tool that answers when it is told to. */
  const slow = () => {
    const gate = Promise.withResolvers<ToolOutcome>();
    const seen: { signal?: AbortSignal } = {};
    const tool: FakeTool = {
      effect: 'read',
      run: (_call, context) => {
        Object.assign(seen, context);
        return gate.promise;
      },
    };
    return { tool, seen, finish: (data: unknown) => gate.resolve({ ok: true, data }) };
  };
  const toolThen = (answer: string) => (request: LlmRequest) =>
    request.messages.at(-1)?.role === 'tool' ? says(answer) : calls({ id: 'c1', name: 'look', args: {} });

  it('is bridged by a filler when it keeps the caller waiting in silence, and by another after a while', async () => {
    const { tool, finish } = slow();
    const call = fakeCall({ tools: { look: tool }, script: toolThen('Twelve.') });
    call.conversation.submitText('how many');
    await call.clock.advance(1400);
    expect(call.voice.spoken).toEqual([]);
    await call.clock.advance(200);
    expect(call.voice.spoken).toEqual(['One moment.']);
    await call.clock.advance(9000);
    expect(call.voice.spoken).toEqual(['One moment.', 'Still on it.']);
    finish(12);
    await call.clock.advance(5000);
    expect(call.voice.spoken).toEqual(['One moment.', 'Still on it.', 'Twelve.']);
    expect(call.last('response.completed')).toMatchObject({ text: 'One moment. Still on it. Twelve.' });
    // The model gets its tool's result last, not its own filler.
    expect(call.model.requests[1]?.messages.map(({ role }) => role)).toEqual(['system', 'user', 'assistant', 'tool']);
  });

  it('is not bridged when it is quick, nor while the agent is still speaking', async () => {
    const { tool, finish } = slow();
    const call = fakeCall({
      tools: { look: tool },
      script: (request) =>
        request.messages.at(-1)?.role === 'tool'
          ? says('Twelve.')
          : [
              { type: 'text', delta: 'Let me look into the books of the last twelve months for you.' },
              ...calls({ id: 'c1', name: 'look', args: {} }),
            ],
    });
    call.conversation.submitText('how many');
    // The announcement takes about 3 s to say.
    await call.clock.advance(3000);
    expect(call.voice.spoken).toHaveLength(1);
    finish(12);
    await call.clock.advance(5000);
    expect(call.voice.spoken.at(-1)).toBe('Twelve.');
    expect(call.voice.spoken).toHaveLength(2);
  });

  it('tells the client that it is still running', async () => {
    const { tool, finish } = slow();
    const call = fakeCall({ tools: { look: tool }, script: toolThen('Twelve.') });
    call.conversation.submitText('how many');
    await call.clock.advance(2100);
    expect(call.last('tool.progress')).toEqual({
      type: 'tool.progress',
      callId: 'c1',
      responseId: 'r1',
      name: 'look',
      elapsedMs: 2000,
      detached: false,
    });
    finish(12);
    await call.clock.advance(5000);
    const before = call.types().filter((type) => type === 'tool.progress').length;
    await call.clock.advance(10_000);
    expect(call.types().filter((type) => type === 'tool.progress')).toHaveLength(before);
  });

  it('goes on beside the talk when it takes too long, and its result is told when nobody has the floor', async () => {
    const { tool, finish } = slow();
    const call = fakeCall({
      tools: { look: tool },
      reply: { detachToolMs: 4000, fillerAfterMs: 0 },
      script: (request) => {
        const last = request.messages.at(-1);
        if (last?.role === 'user') {
          return last.text === 'thanks' ? says('Sure.') : calls({ id: 'c1', name: 'look', args: {} });
        }
        return says(last?.role === 'tool' && last.content.includes('pending') ? 'I will tell you.' : 'It is twelve.');
      },
    });
    call.conversation.submitText('how many');
    await call.clock.advance(4100);
    expect(call.voice.spoken).toEqual(['I will tell you.']);
    await call.clock.advance(4000);
    call.stt.emit({ type: 'speech.started', audioMs: 0 });
    finish(12);
    await call.clock.advance(100);
    // The caller is speaking: the news waits.
    expect(call.voice.spoken).toEqual(['I will tell you.']);
    call.stt.say('thanks');
    await call.clock.advance(8000);
    expect(call.voice.spoken).toEqual(['I will tell you.', 'Sure.', 'It is twelve.']);
    expect(call.model.requests.at(-1)?.messages.slice(-2)).toEqual([
      { role: 'assistant', text: '', toolCalls: [{ id: 'c1_late', name: 'look', arguments: '{}' }] },
      { role: 'tool', callId: 'c1_late', name: 'look', content: '{"ok":true,"data":12}' },
    ]);
  });

  it('is not stopped by talking over a reply that no longer waits for it; the end of the call stops it', async () => {
    const { tool, seen } = slow();
    const call = fakeCall({
      tools: { look: tool },
      reply: { detachToolMs: 1000, fillerAfterMs: 0 },
      script: toolThen('I will tell you as soon as I know.'),
    });
    call.conversation.submitText('how many');
    await call.clock.advance(1500);
    call.conversation.submitText('never mind');
    await call.clock.advance(100);
    expect(seen.signal?.aborted).toBe(false);
    call.conversation.end('client');
    expect(seen.signal?.aborted).toBe(true);
    await call.conversation.ended;
  });
});
