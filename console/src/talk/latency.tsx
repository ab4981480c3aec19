import { milliseconds } from '../parts/format.js';
import { latencies } from './live-call.js';
import { percentile, type Latency } from './latencies.js';

const STAGES = [
  { key: 'turnEndMs', name: 'Turn ended' },
  { key: 'finalMs', name: 'Final transcript' },
  { key: 'firstTokenMs', name: 'First token' },
  { key: 'firstAudioMs', name: 'First audio' },
] as const;
/** Bars that are shown; the figures are of all turns. */
const SHOWN = 8;
const WIDTH = 100;
const ROW = 14;

/** From the end of speech to the first audio, a bar a turn, and how it goes in all. */
export function LatencyPanel() {
  const turns = latencies.value.filter(({ firstAudioMs }) => firstAudioMs !== undefined);
  const audio = turns.map(({ firstAudioMs = 0 }) => firstAudioMs);
  const [half, most] = [percentile(audio, 0.5), percentile(audio, 0.95)];
  const shown = turns.slice(-SHOWN);
  const scale = Math.max(1, ...shown.map(({ firstAudioMs = 0, finalMs = 0 }) => Math.max(firstAudioMs, finalMs)));
  return (
    <section aria-labelledby="latency" class="panel">
      <h2 id="latency">Latency</h2>
      {half === undefined || most === undefined ? (
        <p class="muted">From the end of your speech to the first sound of the answer, once there is one.</p>
      ) : (
        <>
          <dl class="figures">
            <div>
              <dt>p50</dt>
              <dd>{milliseconds(half)}</dd>
            </div>
            <div>
              <dt>p95</dt>
              <dd>{milliseconds(most)}</dd>
            </div>
            <div>
              <dt>turns</dt>
              <dd>{turns.length}</dd>
            </div>
          </dl>
          <ol class="waterfall">
            {shown.map((turn) => (
              <li key={turn.turnId}>
                <Bar turn={turn} scale={scale} />
                <span>{milliseconds(turn.firstAudioMs ?? 0)}</span>
              </li>
            ))}
          </ol>
          <ul class="legend">
            {STAGES.map(({ key, name }) => (
              <li key={key} class={key}>
                {name}
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

/** Stages one after the other; the final transcript, which may come before or after the end of the turn, is a mark. */
function Bar({ turn, scale }: { readonly turn: Latency; readonly scale: number }) {
  const x = (ms: number): number => (ms / scale) * WIDTH;
  const { turnEndMs = 0, finalMs, firstTokenMs = turnEndMs, firstAudioMs = firstTokenMs } = turn;
  const said = STAGES.map(({ key, name }) => [name, turn[key]] as const)
    .filter(([, ms]) => ms !== undefined)
    .map(([name, ms]) => `${name.toLowerCase()} after ${milliseconds(ms ?? 0)}`)
    .join(', ');
  return (
    <svg viewBox={`0 0 ${WIDTH} ${ROW}`} preserveAspectRatio="none" role="img" aria-label={said}>
      <title>{said}</title>
      <rect class="turnEndMs" x={0} y={3} width={x(turnEndMs)} height={8} />
      <rect class="firstTokenMs" x={x(turnEndMs)} y={3} width={Math.max(0, x(firstTokenMs - turnEndMs))} height={8} />
      <rect
        class="firstAudioMs"
        x={x(firstTokenMs)}
        y={3}
        width={Math.max(0.5, x(firstAudioMs - firstTokenMs))}
        height={8}
      />
      {finalMs !== undefined && <rect class="finalMs" x={Math.max(0, x(finalMs) - 0.5)} y={0} width={1} height={ROW} />}
    </svg>
  );
}
