import type { Readable, Writable } from 'node:stream';
import { DeepgramSimulator, SIMULATED_DEEPGRAM_KEY } from './deepgram.js';
import type { DeepgramSimulatorOptions } from './deepgram.js';
import { OpenAiSimulator, SIMULATED_OPENAI_KEY } from './openai.js';
import type { OpenAiSimulatorOptions } from './openai.js';

/** Options of both simulators that fit into JSON (knobs, not functions). */
export interface ServeOptions {
  readonly deepgram?: DeepgramSimulatorOptions;
  readonly openai?: OpenAiSimulatorOptions;
}

/** Printed as one line of JSON when both are listening. */
export interface Serving {
  readonly deepgram: { readonly url: string; readonly apiKey: string };
  readonly openai: { readonly url: string; readonly apiKey: string };
}

/** Printed as one line of JSON for each line that comes in: what has happened so far. */
export interface ServeReport {
  readonly deepgram: { readonly open: number; readonly accepted: number; readonly refused: number };
  readonly openai: OpenAiSimulator['counts'] & { readonly open: number; readonly active: number };
  /** CPU time of this process so far, ms. */
  readonly cpuMs: number;
}

/**
 * Runs both simulators until `input` ends. Any line that comes in is answered with a ServeReport. Logs of connections and
 * requests are off, so that memory stays flat in a long run.
 *
 * @param json ServeOptions
 */
export async function serveSimulators(json: string, input: Readable, output: Writable): Promise<void> {
  const options = JSON.parse(json) as ServeOptions;
  const deepgram = await DeepgramSimulator.start({ keepLogs: false, ...options.deepgram });
  const openai = await OpenAiSimulator.start({ keepRequests: false, ...options.openai });
  const print = (line: Serving | ServeReport): void => {
    output.write(`${JSON.stringify(line)}\n`);
  };
  print({
    deepgram: { url: deepgram.url, apiKey: options.deepgram?.apiKey ?? SIMULATED_DEEPGRAM_KEY },
    openai: { url: openai.url, apiKey: options.openai?.apiKey ?? SIMULATED_OPENAI_KEY },
  });
  let rest = '';
  for await (const chunk of input) {
    const lines = (rest + String(chunk)).split('\n');
    rest = lines.pop() ?? '';
    for (let asked = 0; asked < lines.length; asked += 1) {
      const { user, system } = process.cpuUsage();
      print({
        deepgram: { open: deepgram.open, accepted: deepgram.counts.accepted, refused: deepgram.counts.refused },
        openai: { ...openai.counts, open: openai.open, active: openai.active },
        cpuMs: (user + system) / 1000,
      });
    }
  }
  await Promise.all([deepgram.close(), openai.close()]);
}
