// The server of the soak and of the measurement of memory: the product as in production, with providers in its process that
// cost nothing. It answers how it is, and leaks what it is told to: a soak that cannot find a leak says nothing.
import { spawn } from 'node:child_process';
import { getHeapSpaceStatistics } from 'node:v8';
import { activeResources, childProcesses } from '../../test/support/leftovers.js';
import { BenchModel, BenchStt, BenchVoice } from '../engine/providers.js';
import { endWithParent } from '../lib/children.js';
import { serveCalls } from '../lib/gateway.js';
import { activeTimers } from './timers.js';
import type { Leak, Look, ServerTask } from './task.js';
import type { SttListener, SttOptions, SttStream } from '../../src/stt/stt.port.js';

const DELAYS = { finalMs: 100, firstTokenMs: 200, firstAudioMs: 100 };
const LEAKED_BYTES = 20_000;
const leaked: unknown[] = [];

/** Loses something with each call. */
class LeakingStt extends BenchStt {
  constructor(private readonly leak: Leak | undefined) {
    super(DELAYS);
  }

  override open(options: SttOptions, listener: SttListener): SttStream {
    if (this.leak === 'memory') leaked.push(Array.from({ length: LEAKED_BYTES / 8 }, (_, index) => index + 0.5));
    if (this.leak === 'timers') setInterval(() => undefined, 60_000);
    // One in twenty, or the machine would be the first to notice.
    if (this.leak === 'processes' && leaked.push(0) % 20 === 1) spawn('sleep', ['3600'], { stdio: 'ignore' });
    return super.open(options, listener);
  }
}

function look(): Look {
  globalThis.gc?.();
  const { rss, heapUsed, external } = process.memoryUsage();
  const young = getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space')?.physical_space_size ?? 0;
  return {
    rss,
    heap: heapUsed,
    external,
    young,
    resources: Object.fromEntries([...activeResources(), ...activeTimers()].filter(([kind]) => kind !== 'Timeout')),
    children: childProcesses(),
  };
}

const { databaseUrl, leak } = JSON.parse(process.argv[2] ?? '{}') as ServerTask;
const url = await serveCalls({
  env: {
    STREAM_STT_PROVIDER: 'deepgram',
    DEEPGRAM_API_KEY: 'none',
    STREAM_LLM_PROVIDER: 'openai',
    STREAM_TTS_PROVIDER: 'openai',
    OPENAI_API_KEY: 'none',
    STREAM_RESUME_GRACE_MS: '10000',
    ...(databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl }),
  },
  providers: { stt: new LeakingStt(leak), llm: new BenchModel(DELAYS), tts: new BenchVoice(DELAYS) },
});
process.on('message', () => process.send?.(look()));
endWithParent();
process.send?.({ url });
