import type { SpeechToText, SttListener, SttOptions, SttStream } from '../stt.port.js';
import { NoiseSuppressor, SUPPRESSOR_DELAY_MS } from './noise-suppressor.js';

/** The same recogniser, given audio without its noise. */
export function denoised(stt: SpeechToText): SpeechToText {
  // Words that the caller's own device has recognised have no noise.
  if (stt.takesTranscripts === true) return stt;
  const { name, model, tellsUsage, endpointing } = stt;
  return {
    name,
    endpointing,
    ...(model === undefined ? {} : { model }),
    ...(tellsUsage === undefined ? {} : { tellsUsage }),
    open: (options, listener) => denoisedStream(stt, options, listener),
  };
}

function denoisedStream(stt: SpeechToText, options: SttOptions, listener: SttListener): SttStream {
  const { sampleRate } = options;
  const suppressor = new NoiseSuppressor(sampleRate);
  const inner = stt.open(options, (event) => {
    if (event.type === 'closed' || event.type === 'failed') suppressor.close();
    listener(event);
  });
  let isOver = false;
  return {
    push: (chunk) => inner.push(suppressor.push(chunk)),
    finalize: () => inner.finalize(),
    ...(inner.suspend === undefined ? {} : { suspend: () => inner.suspend?.() }),
    close: () => {
      // The last words are still under way here.
      if (!isOver)
        inner.push(suppressor.push(new Uint8Array(2 * Math.ceil((sampleRate * SUPPRESSOR_DELAY_MS) / 1000))));
      isOver = true;
      inner.close();
    },
    abort: () => {
      isOver = true;
      suppressor.close();
      inner.abort();
    },
  };
}
