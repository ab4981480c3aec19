// Runs in a thread of its own: making pixels takes 100 ms of CPU, during which audio on the same thread would stutter.
// Started from the source by Node itself under Jest: so no imports of other files of ours, and only TypeScript that can
// be erased.
import { parentPort, workerData } from 'node:worker_threads';
import { Resvg } from '@resvg/resvg-js';

interface Job {
  readonly id: number;
  readonly svg: string;
  readonly zoom: number;
}

const { fontFile, fontFamily } = workerData as { fontFile: string; fontFamily: string };
const font = {
  loadSystemFonts: false,
  fontFiles: [fontFile],
  defaultFontFamily: fontFamily,
  sansSerifFamily: fontFamily,
};

const draw = ({ svg, zoom }: Job): Uint8Array =>
  new Resvg(svg, { font, fitTo: { mode: 'zoom', value: zoom } }).render().asPng();

parentPort?.on('message', (job: Job) => {
  try {
    parentPort?.postMessage({ id: job.id, png: draw(job) });
  } catch (error) {
    parentPort?.postMessage({ id: job.id, error: error instanceof Error ? error.message : String(error) });
  }
});
