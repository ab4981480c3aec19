// A chart that a tool has made, from its points: to be pointed at, and as a table for whoever cannot.
import {
  ArcElement,
  BarController,
  BarElement,
  CategoryScale,
  Chart as Drawn,
  Legend,
  LinearScale,
  LineController,
  LineElement,
  PieController,
  PointElement,
  Tooltip,
  type ChartConfiguration,
} from 'chart.js';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Chart as ChartData } from '../../../src/payments/chart/draw/chart.js';
import { money } from '../parts/format.js';
import { problemOf } from '../session/problem.js';
import { DataTable } from './data-table.js';

Drawn.register(
  ArcElement,
  BarController,
  BarElement,
  CategoryScale,
  Legend,
  LinearScale,
  LineController,
  LineElement,
  PieController,
  PointElement,
  Tooltip,
);

/** Told apart by people who see few colours, too (Okabe and Ito, 2008). */
const COLOURS = ['#0072b2', '#e69f00', '#009e73', '#cc79a7', '#56b4e9', '#d55e00', '#f0e442', '#999999'];

export default function Chart({ url, alt }: { readonly url: string; readonly alt: string }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [chart, setChart] = useState<ChartData>();
  const [fault, setFault] = useState<string>();

  useEffect(() => {
    const gone = new AbortController();
    read(url, gone.signal).then(setChart, (error: unknown) => {
      if (!gone.signal.aborted) setFault((error as Error).message);
    });
    return () => gone.abort();
  }, [url]);
  useEffect(() => {
    if (chart === undefined || chart.kind === 'table' || canvas.current === null) return undefined;
    const dark = matchMedia('(prefers-color-scheme: dark)');
    let drawn = new Drawn(canvas.current, configure(chart));
    const redraw = (): void => {
      drawn.destroy();
      if (canvas.current !== null) drawn = new Drawn(canvas.current, configure(chart));
    };
    dark.addEventListener('change', redraw);
    return () => {
      dark.removeEventListener('change', redraw);
      drawn.destroy();
    };
  }, [chart]);

  if (fault !== undefined) return <p role="alert">{`The chart cannot be shown: ${fault}`}</p>;
  if (chart === undefined) return <p aria-busy="true">Loading the chart…</p>;
  return (
    <figure class="chart">
      <figcaption>
        <strong>{chart.title}</strong>
        <small>{chart.subtitle}</small>
      </figcaption>
      {chart.kind !== 'table' && (
        <div class="canvas">
          <canvas ref={canvas} role="img" aria-label={alt} />
        </div>
      )}
      <details open={chart.kind === 'table'}>
        <summary>As a table</summary>
        <DataTable table={tableOf(chart)} />
      </details>
      {chart.notes.map((note) => (
        <small key={note}>{note}</small>
      ))}
    </figure>
  );
}

async function read(url: string, signal: AbortSignal): Promise<ChartData> {
  const response = await fetch(url, { signal });
  if (!response.ok) throw await problemOf(response);
  return (await response.json()) as ChartData;
}

function configure({ kind, points, currency }: ChartData): ChartConfiguration {
  const style = getComputedStyle(document.documentElement);
  const text = style.getPropertyValue('--pico-color');
  const grid = style.getPropertyValue('--pico-muted-border-color');
  const isPie = kind === 'pie';
  const label = (value: number): string => money(value, currency);
  const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
  return {
    type: isPie ? 'pie' : kind === 'line' ? 'line' : 'bar',
    data: {
      labels: points.map(({ key }) => key),
      datasets: [
        {
          data: points.map(({ total }) => total),
          backgroundColor: isPie ? points.map((_, at) => COLOURS[at % COLOURS.length] ?? '#999999') : COLOURS[0],
          borderColor: isPie ? style.getPropertyValue('--pico-background-color') : COLOURS[0],
          borderWidth: isPie ? 1 : kind === 'line' ? 2 : 0,
          pointRadius: points.length > 40 ? 0 : 3,
        },
      ],
    },
    options: {
      responsive: true,
      maintainAspectRatio: false,
      animation: still ? false : { duration: 300 },
      interaction: { mode: isPie ? 'nearest' : 'index', intersect: isPie },
      plugins: {
        legend: { display: isPie, position: 'right', labels: { color: text } },
        tooltip: {
          callbacks: {
            label: ({ raw }) => ` ${label(Number(raw))}`,
            footer: ([first]) => countOf(points[first?.dataIndex ?? -1]?.count),
          },
        },
      },
      ...(isPie
        ? {}
        : {
            scales: {
              x: { ticks: { color: text, maxRotation: 60 }, grid: { display: false } },
              y: { ticks: { color: text, callback: (value) => label(Number(value)) }, grid: { color: grid } },
            },
          }),
    },
  };
}

const countOf = (count = 0): string => `${count} ${count === 1 ? 'transaction' : 'transactions'}`;

const tableOf = ({ title, points, currency, by }: ChartData) => ({
  title,
  columns: [
    { name: by.charAt(0).toUpperCase() + by.slice(1), kind: 'text' as const },
    { name: 'Amount', kind: 'money' as const, currency },
    { name: 'Transactions', kind: 'number' as const },
  ],
  rows: points.map(({ key, total, count }) => [key, total, count]),
  total: points.length,
});
