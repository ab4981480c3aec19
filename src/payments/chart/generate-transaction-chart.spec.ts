import { openTestDatabase, callerOf } from '../../../test/support/database.js';
import { activeResources } from '../../../test/support/leftovers.js';
import { brokenData, brokenStore, businessDataOf, callOf, contextOf, registryOf } from '../../../test/support/tools.js';
import type { BusinessData, TransactionReport } from '../data/business-data.port.js';
import { SqlCallStore } from '../../database/calls/sql-call-store.js';
import type { Database } from '../../database/database.js';
import { ArtifactStore } from '../../tools/artifact-store.js';
import { ChartError } from './chart.port.js';
import type { ChartRenderer } from './chart.port.js';
import { generateTransactionChartTool } from './generate-transaction-chart.tool.js';
import { spendingChart } from './spending-chart.js';
import { CHART_FONT, ThreadedChartRenderer } from './threaded-chart-renderer.js';

const nameOf = (url: string | undefined): string => /^\/v1\/artifacts\/([^?]+)/.exec(url ?? '')?.[1] ?? '';
/** Width and height of a PNG, from its header. */
const sizeOf = (png: Uint8Array): [number, number] => {
  const view = Buffer.from(png);
  return [view.readUInt32BE(16), view.readUInt32BE(20)];
};

describe('generate_transaction_chart', () => {
  let database: Database;
  let data: BusinessData;
  let artifacts: ArtifactStore;
  const renderer = new ThreadedChartRenderer();
  const signal = new AbortController().signal;
  beforeAll(async () => {
    database = await openTestDatabase();
    data = businessDataOf(database);
    artifacts = new ArtifactStore(new SqlCallStore(database));
  }, 60_000);
  afterAll(async () => {
    await renderer.close();
    await database.close();
  });

  const draw = (args: object, user = 'demo', deps: { data?: BusinessData; renderer?: ChartRenderer } = {}) => {
    const tool = generateTransactionChartTool({ data, artifacts, renderer, font: CHART_FONT, ...deps });
    const { registry, faults } = registryOf(tool);
    return registry
      .run(callOf('generate_transaction_chart', args), contextOf(user))
      .then((outcome) => ({ outcome, faults }));
  };

  it('draws what the database says, for the owner only', async () => {
    const { outcome } = await draw({ client_id: 5001 });
    const title = 'Spending of client 5001, Ada Park, by month';
    expect(outcome).toEqual({
      ok: true,
      data: {
        title,
        url: expect.stringMatching(/^\/v1\/artifacts\/[\w-]{22}\.svg$/),
        kind: 'by_month',
        count: expect.any(Number),
      },
      artifacts: [
        { kind: 'chart', title, url: expect.stringMatching(/\.svg$/), mediaType: 'image/svg+xml' },
        { kind: 'chart', title, url: expect.stringMatching(/\.png$/), mediaType: 'image/png' },
      ],
    });
    const [svg, png] = outcome.ok ? (outcome.artifacts ?? []) : [];

    const drawn = await artifacts.read(nameOf(svg?.url), callerOf('demo'));
    expect(drawn?.mediaType).toBe('image/svg+xml');
    const markup = Buffer.from(drawn?.bytes ?? []).toString('utf8');
    expect(markup).toMatch(/^<svg /);
    expect(markup).toContain('Ada Park');
    const report = await data.queryTransactions({ clientId: 5001, limit: 1 }, contextOf());
    const march = report?.byMonth.find((group) => group.month === '2026-03');
    expect(markup).toContain('Mar 26');
    expect(markup).toContain(`$${Math.round(march?.total ?? NaN).toLocaleString('en-US')}<`);

    const picture = await artifacts.read(nameOf(png?.url), callerOf('demo'));
    expect(sizeOf(picture?.bytes ?? new Uint8Array(24))).toEqual([1920, 1040]);

    for (const url of [svg?.url, png?.url]) {
      expect(await artifacts.read(nameOf(url), callerOf('other'))).toBeUndefined();
      expect(await artifacts.read(nameOf(url), callerOf(''))).toBeUndefined();
    }
  });

  it('draws by category and for a period', async () => {
    const { outcome } = await draw({ client_id: 5002, from: '2026-03-01', to: '2026-03-31', kind: 'by_category' });
    expect(outcome).toMatchObject({ ok: true, data: { kind: 'by_category' } });
    const url = outcome.ok ? outcome.artifacts?.[0]?.url : undefined;
    const svg = Buffer.from((await artifacts.read(nameOf(url), callerOf('demo')))?.bytes ?? []).toString('utf8');
    expect(svg).toContain('from March 1 to March 31, 2026');
    expect(svg).toContain('rent');
    expect(svg).toContain('$1,820.00');
  });

  it('writes text that can be seen in the PNG, whatever fonts the machine has', async () => {
    const report = (await data.queryTransactions({ clientId: 5001, limit: 1 }, contextOf())) as TransactionReport;
    const chart = spendingChart(report, 'by_month', CHART_FONT);
    const blank = { ...chart, option: { ...chart.option, title: {} } };
    const [withTitle, without] = [await renderer.render(chart, signal), await renderer.render(blank, signal)];
    // Letters are dark pixels that do not compress: a title without glyphs would make no difference.
    expect(withTitle.png.length - without.png.length).toBeGreaterThan(5_000);
  });

  it('lets no name become markup', async () => {
    await database.prisma.client.create({ data: { id: 7002, ownerId: 'demo', name: '<script>alert(1)</script>' } });
    await database.prisma.transaction.create({
      data: {
        reference: 'odd-2',
        clientId: 7002,
        bookedOn: new Date('2026-03-01'),
        description: 'x',
        category: '"/><b>',
        amount: 5,
      },
    });
    const { outcome } = await draw({ client_id: 7002, kind: 'by_category' });
    const url = outcome.ok ? outcome.artifacts?.[0]?.url : undefined;
    const svg = Buffer.from((await artifacts.read(nameOf(url), callerOf('demo')))?.bytes ?? []).toString('utf8');
    expect(svg).toContain('&lt;script&gt;');
    expect(svg).not.toMatch(/<script|<b>/);
  });

  it('keeps the newest 200 of a caller', async () => {
    const bytes = Buffer.from('x');
    const first = nameOf(
      await artifacts.save({ title: 'first', mediaType: 'image/png', bytes }, { caller: callerOf('hoarder'), signal }),
    );
    for (let n = 0; n < 200; n += 1) {
      await artifacts.save({ title: 'more', mediaType: 'image/png', bytes }, { caller: callerOf('hoarder'), signal });
    }
    expect(await artifacts.read(first, callerOf('hoarder'))).toBeUndefined();
    expect(await database.prisma.artifact.count({ where: { ownerId: 'hoarder' } })).toBe(200);
  });

  it.each(['../../etc/passwd', 'a.svg', '', `${'a'.repeat(22)}.exe`])('knows no artifact %j', async (name) => {
    expect(await new ArtifactStore(brokenStore('failed')).read(name, callerOf('demo'))).toBeUndefined();
  });

  describe('failures', () => {
    it.each([
      ['somebody else’s client', { client_id: 5019 }, 'not_found', /cannot find a client 5019/],
      ['nothing to draw', { client_id: 5001, from: '2019-01-01', to: '2019-12-31' }, 'not_found', /no transactions/],
      ['another kind of chart', { client_id: 5001, kind: 'pie' }, 'invalid_arguments', /by month or by category/],
    ])('%s', async (_what, args, code, sentence) => {
      expect((await draw(args)).outcome).toMatchObject({ ok: false, code, message: expect.stringMatching(sentence) });
    });

    it.each([
      ['busy', 'unavailable', /too many charts/],
      ['failed', 'failed', /read the numbers to you/],
    ] as const)('a renderer that is %s', async (code, expected, sentence) => {
      const broken: ChartRenderer = {
        render: () => Promise.reject(new ChartError(code, 'inside')),
        close: () => Promise.resolve(),
      };
      const { outcome, faults } = await draw({ client_id: 5001 }, 'demo', { renderer: broken });
      expect(outcome).toMatchObject({ ok: false, code: expected, message: expect.stringMatching(sentence) });
      expect(faults).toHaveLength(1);
    });

    it('records that are away', async () => {
      const { outcome } = await draw({ client_id: 5001 }, 'demo', { data: brokenData('unavailable') });
      expect(outcome).toMatchObject({ ok: false, code: 'unavailable' });
    });
  });
});

describe('ThreadedChartRenderer', () => {
  const renderer = new ThreadedChartRenderer();
  afterAll(() => renderer.close());
  const simple = {
    option: { xAxis: { type: 'category', data: ['a'] }, yAxis: {}, series: [{ type: 'bar', data: [1] }] },
    width: 200,
    height: 100,
  };
  const running = () => new AbortController().signal;

  it('leaves the thread that carries the audio free', async () => {
    await renderer.render(simple, running());
    let turns = 0;
    let isDone = false;
    const count = (): void => {
      turns += 1;
      if (!isDone) setImmediate(count);
    };
    setImmediate(count);
    await Promise.all(
      Array.from({ length: 4 }, () => renderer.render({ ...simple, width: 1200, height: 700 }, running())),
    );
    isDone = true;
    // Drawn on this thread, there would be a handful of turns between the four of them.
    expect(turns).toBeGreaterThan(200);
  });

  it('keeps the process alive while it draws, and not when it is idle', async () => {
    const ports = () => activeResources().get('MessagePort') ?? 0;
    await renderer.render(simple, running());
    const others = ports();
    const pending = renderer.render(simple, running());
    expect(ports()).toBe(others + 1);
    await pending;
    expect(ports()).toBe(others);
  });

  it('fails a chart that cannot be drawn, and draws the next', async () => {
    const bad = { ...simple, option: { series: [{ type: 'bar', data: [1] }] } };
    await expect(renderer.render(bad, running())).rejects.toMatchObject({ name: 'ChartError', code: 'failed' });
    expect((await renderer.render(simple, running())).svg).toMatch(/^<svg/);
  });

  it('stops waiting when it is aborted', async () => {
    const stop = new AbortController();
    const pending = renderer.render(simple, stop.signal);
    stop.abort();
    await expect(pending).rejects.toThrow();
    await expect(renderer.render(simple, stop.signal)).rejects.toThrow();
  });

  it('takes no more than it can draw in time', async () => {
    const jobs = await Promise.allSettled(Array.from({ length: 20 }, () => renderer.render(simple, running())));
    expect(jobs.filter((job) => job.status === 'fulfilled')).toHaveLength(16);
    const refused = jobs.flatMap((job) => (job.status === 'rejected' ? [job.reason as unknown] : []));
    expect(refused[0]).toMatchObject({ code: 'busy' });
  });

  it('fails what is being drawn when it is closed, and starts again when it is needed', async () => {
    const pending = renderer.render(simple, running());
    await Promise.all([expect(pending).rejects.toMatchObject({ code: 'failed' }), renderer.close()]);
    expect((await renderer.render(simple, running())).png.length).toBeGreaterThan(100);
  });
});
