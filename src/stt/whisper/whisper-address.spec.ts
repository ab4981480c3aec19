import { whisperAddress, whisperModel } from './whisper-address.js';

describe('the address of a Whisper server', () => {
  it.each([
    ['http://127.0.0.1:8000', undefined, 'openai', 'http://127.0.0.1:8000/v1'],
    ['http://127.0.0.1:8000/', undefined, 'openai', 'http://127.0.0.1:8000/v1'],
    ['https://api.groq.com/openai/v1/', undefined, 'openai', 'https://api.groq.com/openai/v1'],
    ['http://gpu:8080/inference', undefined, 'whispercpp', 'http://gpu:8080/inference'],
    ['http://gpu:8080', 'whispercpp', 'whispercpp', 'http://gpu:8080/inference'],
    ['http://gpu:8080/speech', 'whispercpp', 'whispercpp', 'http://gpu:8080/speech'],
    ['http://gpu:8080/inference', 'openai', 'openai', 'http://gpu:8080/inference'],
  ] as const)('%s (%s) is %s at %s', (url, given, api, expected) => {
    expect(whisperAddress(url, given)).toEqual({ api, url: expected });
  });

  it.each([
    ['small', 'Systran/faster-whisper-small'],
    ['tiny.en', 'Systran/faster-whisper-tiny.en'],
    ['large', 'Systran/faster-whisper-large-v3'],
    ['large-v2', 'Systran/faster-whisper-large-v2'],
    ['turbo', 'mobiuslabsgmbh/faster-whisper-large-v3-turbo'],
    ['whisper-large-v3', 'whisper-large-v3'],
    ['deepdml/faster-whisper-large-v3-turbo-ct2', 'deepdml/faster-whisper-large-v3-turbo-ct2'],
  ])('calls the model %s %s', (size, name) => {
    expect(whisperModel(size)).toBe(name);
  });
});
