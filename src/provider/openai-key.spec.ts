import type { Config } from '../config/config.token.js';
import { openAiKey, openAiSpeech } from './openai-key.js';

const speech = (config: Partial<Config>) => openAiSpeech(config as Config);

describe('the key for an OpenAI-compatible address', () => {
  it('is needed at OpenAI itself, and nowhere else', () => {
    expect(() => openAiKey(undefined, undefined)).toThrow(/^OPENAI_API_KEY: is missing/);
    expect(() => openAiKey(undefined, 'https://api.openai.com/v1')).toThrow(/^OPENAI_API_KEY: is missing/);
    expect(openAiKey(undefined, 'http://127.0.0.1:11434/v1')).not.toBe('');
    expect(openAiKey(undefined, 'https://not-openai.com/v1')).not.toBe('');
    expect(openAiKey('key', 'https://api.groq.com/openai/v1')).toBe('key');
    expect(openAiKey('key', undefined)).toBe('key');
  });

  it('is not shown to another server of voices', () => {
    const own = { OPENAI_API_KEY: 'key', OPENAI_TTS_BASE_URL: 'http://speaches:8000/v1' };
    expect(speech(own)).toMatchObject({ baseUrl: 'http://speaches:8000/v1' });
    expect(speech(own).apiKey).not.toBe('key');
    expect(speech({ ...own, OPENAI_TTS_API_KEY: 'other' }).apiKey).toBe('other');
    expect(speech({ ...own, OPENAI_TTS_BASE_URL: 'https://api.openai.com/v1' }).apiKey).toBe('key');
  });

  it('is the one of the model where the voice has the same address', () => {
    const shared = { OPENAI_API_KEY: 'key', OPENAI_BASE_URL: 'https://api.groq.com/openai/v1' };
    expect(speech(shared)).toEqual({ apiKey: 'key', baseUrl: 'https://api.groq.com/openai/v1' });
    expect(() => speech({})).toThrow(/^OPENAI_API_KEY/);
  });
});
