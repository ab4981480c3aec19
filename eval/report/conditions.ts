import { cpus, loadavg } from 'node:os';

/** Times mean little without the machine that they were measured on. `slack`: what allowed times were multiplied by. */
export function conditions(slack = 1): string {
  const date = new Date().toISOString().slice(0, 10);
  const [load = 0] = loadavg();
  const times = slack === 1 ? '' : `, and ${slack} times the allowed times`;
  return `Measured on ${date} on ${cpus().length} cores with a load of ${load.toFixed(1)}${times}.`;
}
