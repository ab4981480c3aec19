// A call whose caller's browser recognises the speech: words come in over the real protocol, the rest runs here.
import { jest } from '@jest/globals';
import { describeWith } from '../support/needs.js';
import { ParleyApp } from '../support/parley-app.js';
import { TextCaller } from '../support/text-caller.js';

// Two cores that ten others work on too.
jest.setTimeout(90_000);

describeWith(['flite'])('a call whose client recognises the speech', () => {
  let app: ParleyApp;
  let caller: TextCaller;

  beforeAll(async () => {
    app = await ParleyApp.start({ env: { STREAM_STT_PROVIDER: 'webspeech' } });
    caller = await TextCaller.call(app);
  });
  afterAll(async () => {
    caller.client.ws.terminate();
    await app.close();
  });

  const hear = (text: string, final: boolean): void => caller.client.send({ type: 'input.transcript', text, final });

  it('is announced as one', () => {
    expect(caller.all('session.started')[0]).toMatchObject({ recognition: 'client' });
  });

  it('is answered when no more words come, and the words are shown as they were heard', async () => {
    const from = caller.received.length;
    hear('what transactions', false);
    hear('What transactions does client 5001 have?', true);
    const { text } = await caller.until('turn.ended', from);
    expect(text).toBe('What transactions does client 5001 have?');
    expect(caller.all('transcript.partial', from)[0]?.text).toBe('what transactions');
    const { text: answer } = await caller.until('response.completed', from);
    expect(answer).toMatch(/^Client 5001, Ada Park, has \d+ transactions/);
    // Times of words are when they came: no audio was ever sent.
    const { voiceToVoiceMs = -1 } = await caller.until('turn.metrics', from);
    expect(voiceToVoiceMs).toBeGreaterThanOrEqual(0);
    expect(voiceToVoiceMs).toBeLessThan(60_000);
  });

  it('can be interrupted by words', async () => {
    caller.listening = false;
    const { responseId } = await caller.begin('What transactions does client 5001 have?');
    const from = caller.received.length;
    hear('stop, show me client 5002', false);
    await caller.until('response.interrupted', from, (message) => message.responseId === responseId);
    caller.listening = true;
    hear('Stop. What transactions does client 5002 have?', true);
    const { text } = await caller.until('response.completed', from, (message) => message.responseId !== responseId);
    expect(text).toMatch(/5002/);
  });

  it('ends the turn at once by push to talk', async () => {
    const from = caller.received.length;
    hear('What transactions does client 5003 have', false);
    caller.client.send({ type: 'input.commit' });
    const { text } = await caller.until('turn.ended', from);
    expect(text).toBe('What transactions does client 5003 have');
  });
});
