// Runs in a thread of its own: drawing a chart takes 100 to 170 ms of CPU, during which audio on the same thread would
// stutter, and loading ECharts takes longer still. Started from the source by Node itself under Jest: so no imports of
// other files of ours, and only TypeScript that can be erased.
import { parentPort, workerData } from 'node:worker_threads';
import { Resvg } from '@resvg/resvg-js';
import { BarChart } from 'echarts/charts';
import { GridComponent, TitleComponent } from 'echarts/components';
import { init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';

interface Job {
  readonly id: number;
  readonly option: Record<string, unknown>;
  readonly width: number;
  readonly height: number;
}

const { fontFile, fontFamily } = workerData as { fontFile: string; fontFamily: string };
const font = {
  loadSystemFonts: false,
  fontFiles: [fontFile],
  defaultFontFamily: fontFamily,
  sansSerifFamily: fontFamily,
};

use([BarChart, GridComponent, TitleComponent, SVGRenderer]);

function draw({ option, width, height }: Job): { svg: string; png: Uint8Array } {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width, height });
  try {
    chart.setOption({ ...option, animation: false });
    const svg = chart.renderToSVGString();
    const png = new Resvg(svg, { font, fitTo: { mode: 'zoom', value: 2 }, background: '#ffffff' }).render().asPng();
    return { svg, png };
  } finally {
    chart.dispose();
  }
}

// A thread, not a window: there is no target origin.
/* oxlint-disable unicorn/require-post-message-target-origin */
parentPort?.on('message', (job: Job) => {
  try {
    parentPort?.postMessage({ id: job.id, ...draw(job) });
  } catch (error) {
    parentPort?.postMessage({ id: job.id, error: error instanceof Error ? error.message : String(error) });
  }
});
