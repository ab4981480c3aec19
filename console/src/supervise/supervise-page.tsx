import { useEffect, useState } from 'preact/hooks';
import { costs, duration, milliseconds } from '../parts/format.js';
import { route } from '../route.js';
import { follow } from './event-stream.js';
import { LiveCallView } from './live-call-view.js';

/** As `GET /v1/admin/live` gives it (docs/supervision.md). */
export interface LiveCall {
  readonly callSid: string;
  /** Null where nobody is to know who calls. */
  readonly userId: string | null;
  readonly agent: string;
  readonly channel: string;
  readonly direction: string;
  readonly startedAt: string;
  readonly state: 'listening' | 'thinking' | 'speaking' | 'held';
  readonly turns: number;
  readonly interruptions: number;
  readonly errors: number;
  readonly voiceToVoiceMs: number | null;
  readonly cost: number | null;
  readonly currency: string | null;
  readonly lastWords: string | null;
  readonly takenOverBy: string | null;
}

/** A stream that broke is opened again after this, ms. */
const AGAIN_MS = 2000;

/** The calls of this server as they happen, for admins. */
export function SupervisePage() {
  const [calls, setCalls] = useState<readonly LiveCall[]>();
  const [fault, setFault] = useState<string>();
  useEffect(() => {
    const gone = new AbortController();
    const watch = async (): Promise<void> => {
      while (!gone.signal.aborted) {
        try {
          await follow('v1/admin/live/events', gone.signal, ({ name, data }) => {
            if (name !== 'calls') return;
            setFault(undefined);
            setCalls((data as { readonly calls: readonly LiveCall[] }).calls);
          });
        } catch (error) {
          if (gone.signal.aborted) return;
          setFault((error as Error).message);
          // Who may not look does not try again.
          if ((error as { status?: number }).status === 403) return;
        }
        await new Promise((resolve) => {
          setTimeout(resolve, AGAIN_MS);
        });
      }
    };
    void watch();
    return () => gone.abort();
  }, []);
  const { callSid } = route.value;
  const chosen = calls?.find((call) => call.callSid === callSid);
  return (
    <section aria-labelledby="live">
      <h1 id="live">Live calls</h1>
      {fault !== undefined && <p role="alert">{fault}</p>}
      {calls === undefined && fault === undefined && <p aria-busy="true">Loading…</p>}
      {calls?.length === 0 && <p>Nobody is calling now. Calls appear here as they begin.</p>}
      {calls !== undefined && calls.length > 0 && <Overview calls={calls} />}
      {callSid !== undefined && <LiveCallView key={callSid} callSid={callSid} call={chosen} />}
    </section>
  );
}

function Overview({ calls }: { readonly calls: readonly LiveCall[] }) {
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label="Calls that are going on">
      <table class="calls">
        <thead>
          <tr>
            {[
              'Caller',
              'Agent',
              'State',
              'Since',
              'Turns',
              'Cut off',
              'Errors',
              'Voice to voice',
              'Cost',
              'Last words',
            ].map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {calls.map((call) => (
            <tr key={call.callSid}>
              <td>
                <a href={`#/supervise/${encodeURIComponent(call.callSid)}`}>{call.userId ?? 'unknown'}</a>
                <small>{` ${call.channel}, ${call.direction}`}</small>
              </td>
              <td>{call.agent}</td>
              <td>{call.takenOverBy === null ? call.state : `taken over by ${call.takenOverBy}`}</td>
              <td class="number">{duration(Date.now() - Date.parse(call.startedAt))}</td>
              <td class="number">{call.turns}</td>
              <td class="number">{call.interruptions}</td>
              <td class="number">{call.errors}</td>
              <td class="number">{call.voiceToVoiceMs === null ? '' : milliseconds(call.voiceToVoiceMs)}</td>
              <td class="number">{call.cost === null ? '' : costs({ [call.currency ?? '']: call.cost })}</td>
              <td class="last-words">{call.lastWords}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
