import { useEffect, useState } from 'preact/hooks';
import { costs, duration, when } from '../parts/format.js';
import { route } from '../route.js';
import { askJson } from '../session/api.js';
import { CallDetail } from './call-detail.js';
import type { CallSummary, Page } from './records.js';

const AT_ONCE = 25;

/** Past calls, the newest first; and one of them, whole. */
export function CallsPage() {
  const { callSid } = route.value;
  return callSid === undefined ? <CallList /> : <CallDetail key={callSid} callSid={callSid} />;
}

function CallList() {
  const [calls, setCalls] = useState<readonly CallSummary[]>();
  const [next, setNext] = useState<string | null>(null);
  const [fault, setFault] = useState<string>();
  const load = async (cursor: string | null): Promise<void> => {
    try {
      const query = new URLSearchParams({ limit: String(AT_ONCE), ...(cursor === null ? {} : { cursor }) });
      const page = await askJson<Page>(`v1/calls?${query}`);
      setCalls((before = []) => (cursor === null ? page.calls : [...before, ...page.calls]));
      setNext(page.next);
      setFault(undefined);
    } catch (error) {
      setFault((error as Error).message);
    }
  };
  useEffect(() => void load(null), []);
  return (
    <section aria-labelledby="calls">
      <div class="row spread">
        <h1 id="calls">Calls</h1>
        <button type="button" class="secondary outline small" onClick={() => void load(null)}>
          Refresh
        </button>
      </div>
      {fault !== undefined && <p role="alert">{fault}</p>}
      {calls === undefined && fault === undefined && <p aria-busy="true">Loading…</p>}
      {calls?.length === 0 && <p>No calls yet. Make one on the page “Talk”.</p>}
      {calls !== undefined && calls.length > 0 && (
        <div class="scroll" tabIndex={0} role="region" aria-label="Calls">
          <table class="calls">
            <thead>
              <tr>
                {['Started', 'Agent', 'Channel', 'Length', 'Status', 'Cost'].map((name) => (
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
                    <a href={`#/calls/${encodeURIComponent(call.callSid)}`}>{when(call.startedAt)}</a>
                  </td>
                  <td>{call.agent}</td>
                  <td>{`${call.channel}, ${call.direction}`}</td>
                  <td class="number">{call.durationMs === null ? '' : duration(call.durationMs)}</td>
                  <td>{call.error === null ? call.status : `${call.status}: ${call.error.code}`}</td>
                  <td class="number">{costs(call.cost)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {next !== null && (
        <button type="button" class="secondary" onClick={() => void load(next)}>
          Older calls
        </button>
      )}
    </section>
  );
}
