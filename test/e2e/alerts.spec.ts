// What deploy/ brings for Prometheus and Grafana, held against a server that runs: each query is asked of a real Prometheus that
// scrapes a real call, and every name in it is one that the server has.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { jest } from '@jest/globals';
import { Registry } from 'prom-client';
import { parse } from 'yaml';
import { describeWith } from '../support/needs.js';
import { ParleyApp } from '../support/parley-app.js';
import { Prometheus } from '../support/prometheus.js';
import { TextCaller } from '../support/text-caller.js';
import { waitFor } from '../support/wait-for.js';

// Two cores that ten others work on too.
jest.setTimeout(120_000);
const TOKEN = 'metrics-of-the-test';
const PATIENCE_MS = 40_000;

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly annotations: { readonly runbook: string };
}

const folder = resolve('deploy', 'prometheus');
const { groups } = parse(readFileSync(resolve(folder, 'alerts.yaml'), 'utf8')) as { groups: [{ rules: Rule[] }] };
const rules = groups.flatMap((group) => group.rules);
const dashboard = JSON.parse(readFileSync(resolve('deploy', 'grafana', 'parley.json'), 'utf8')) as {
  panels: { title: string; targets: { expr: string }[] }[];
};
const queries = [
  ...rules.map(({ alert, expr }) => ({ where: alert, expr })),
  ...dashboard.panels.flatMap(({ title, targets }) => targets.map(({ expr }) => ({ where: title, expr }))),
].map(({ where, expr }) => ({ where, expr: expr.replaceAll('$__rate_interval', '1m') }));

/** Of Prometheus itself, and those that a scrape adds. */
const GIVEN = new Set(['job', 'instance', 'worker', 'le']);

/** Panels of what a typed call with the local engines has none of: vendors, shares, speech, errors, moves, mistakes. */
const NOT_OF_A_TYPED_CALL = new Set([
  'Voice to voice',
  'Sessions that ended, by reason',
  'Errors told to clients',
  'Failures of providers',
  'Providers passed over',
  'Cost an hour',
  'Tokens of models',
  'Shares of rollouts',
  'Calls that moved',
  'Turns taken wrongly, share',
  'Time that calls stood still, by cause',
]);

const namesIn = (expr: string): string[] =>
  [...expr.matchAll(/\b(?:parley|nodejs|process)_\w+/g)].map(([name]) => name);
const labelsIn = (expr: string): string[] =>
  [
    ...[...expr.matchAll(/(\w+)\s*(?:=~|!~|!=|=)\s*"/g)].map(([, name]) => name ?? ''),
    ...[...expr.matchAll(/\b(?:by|ignoring|on)\s*\(([^)]*)\)/g)].flatMap(([, list = '']) => list.split(/\s*,\s*/)),
  ].filter((name) => name !== '' && !GIVEN.has(name));

describeWith(['prometheus', 'pocketsphinx'])('alerts and the dashboard', () => {
  let app: ParleyApp;
  let prometheus: Prometheus;
  beforeAll(async () => {
    app = await ParleyApp.start({ env: { METRICS_TOKEN: TOKEN } });
    prometheus = await Prometheus.scraping(app.port, TOKEN);
    const caller = await TextCaller.call(app);
    // A counter that begins with one has no rate before it is two.
    await caller.say('What transactions does client 5001 have?');
    await waitFor(async () => (await prometheus.query('parley_turns_total')).length > 0, PATIENCE_MS);
    await caller.say('And in May?');
    await caller.hangUp();
    await waitFor(async () => (await prometheus.query('rate(parley_turns_total[1m]) > 0')).length > 0, PATIENCE_MS);
  }, 180_000);
  afterAll(async () => {
    await prometheus?.stop();
    await app?.close();
  });

  it('ring as promtool says they do', () => {
    const promtool = (...args: string[]): string =>
      execFileSync('promtool', args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
    expect(promtool('check', 'rules', 'alerts.yaml')).toContain(`${rules.length} rules found`);
    expect(promtool('test', 'rules', 'alerts.test.yaml')).toContain('SUCCESS');
    const tested = readFileSync(resolve(folder, 'alerts.test.yaml'), 'utf8');
    for (const { alert } of rules) expect(tested.split(`alertname: ${alert}`).length - 1).toBe(2);
  });

  it('ask for nothing that the server does not measure', async () => {
    const measured = new Map(
      app.app
        .get(Registry)
        .getMetricsAsArray()
        .map((metric) => [metric.name, (metric as unknown as { labelNames: readonly string[] }).labelNames]),
    );
    for (const { where, expr } of queries) {
      const found = namesIn(expr).map(
        (name) => measured.get(name) ?? measured.get(name.replace(/_(bucket|count|sum)$/, '')),
      );
      expect([where, expr, found.includes(undefined)]).toEqual([where, expr, false]);
      const labels = new Set(found.flatMap((names) => names ?? []));
      expect([where, labelsIn(expr).filter((name) => !labels.has(name))]).toEqual([where, []]);
    }
  });

  it('are understood by Prometheus; nothing rings, and the dashboard has data', async () => {
    for (const { expr } of queries) await prometheus.query(expr);
    for (const { alert, expr } of rules) {
      // One turn after the boot of a busy machine is no measure of it.
      if (/EventLoopLate|AnswersSlow/.test(alert)) continue;
      expect([alert, await prometheus.query(expr)]).toEqual([alert, []]);
    }
    const empty: string[] = [];
    for (const { title, targets } of dashboard.panels) {
      const found = await Promise.all(
        targets.map(({ expr }) => prometheus.query(expr.replaceAll('$__rate_interval', '1m'))),
      );
      if (found.every((series) => series.length === 0)) empty.push(title);
    }
    expect(empty.filter((title) => !NOT_OF_A_TYPED_CALL.has(title))).toEqual([]);
  });

  it('have a page that says what to do about each', () => {
    const page = readFileSync(resolve('docs', 'alerts.md'), 'utf8');
    for (const { alert, annotations } of rules) {
      expect(annotations.runbook).toBe(`docs/alerts.md#${alert.toLowerCase()}`);
      expect(page).toMatch(new RegExp(`^#+ ${alert}$`, 'm'));
    }
  });
});
