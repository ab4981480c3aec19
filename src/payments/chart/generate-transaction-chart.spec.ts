import { openTestDatabase, callerOf } from '../../../test/support/database.js';
import { activeResources } from '../../../test/support/leftovers.js';
import { brokenData, brokenStore, businessDataOf, callOf, contextOf, registryOf } from '../../../test/support/tools.js';
import type { BusinessData } from '../data/business-data.port.js';
import { SqlCallStore } from '../../database/calls/sql-call-store.js';
import type { Database } from '../../database/database.js';
import { ArtifactStore } from '../../tools/artifact-store.js';
import type { ToolOutcome } from '../../tools/tool.port.js';
import { ChartError } from './chart.port.js';
import type { ChartRenderer } from './chart.port.js';
import { generateTransactionChartTool } from './generate-transaction-chart.tool.js';
import type { Chart } from './draw/chart.js';
import { measureOf } from './draw/measure.js';
import { CHART_FONT, CHART_FONT_FILE, ThreadedChartRenderer } from './threaded-chart-renderer.js';

const nameOf = (url: string | undefined): string => /^\/v1\/artifacts\/([^?]+)/.exec(url ?? '')?.[1] ?? '';
/** Width and height of a PNG, from its header. */
const sizeOf = (png: Uint8Array): [number, number] => {
  const view = Buffer.from(png);
  return [view.readUInt32BE(16), view.readUInt32BE(20)];
};

/** With cents or without, as the whole chart is written. */
const amountOf = (amount: number): string =>
  `(${[0, 2].map((digits) => amount.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits })).join('|')})`;
const SVG = 'http://www.w3.org/2000/svg';
const measure = measureOf(CHART_FONT_FILE);

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
    const tool = generateTransactionChartTool({ data, artifacts, renderer, font: CHART_FONT, measure, ...deps });
    const { registry, faults } = registryOf(tool);
    return registry
      .run(callOf('generate_transaction_chart', args), contextOf(user))
      .then((outcome) => ({ outcome, faults }));
  };

  const madeOf = async (outcome: ToolOutcome, mediaType: string, user = 'demo'): Promise<Buffer> => {
    const made = outcome.ok ? outcome.artifacts?.find((artifact) => artifact.mediaType === mediaType) : undefined;
    const stored = await artifacts.read(nameOf(made?.url), callerOf(user));
    expect(stored?.mediaType).toBe(mediaType);
    return Buffer.from(stored?.bytes ?? []);
  };

  it('draws what the database says, for the owner only', async () => {
    const { outcome } = await draw({ client_id: 5001 });
    const title = 'Spending of client 5001, Ada Park, by month';
    const alt = expect.stringMatching(
      /^Bar chart: Spending of client 5001, Ada Park, by month\. .*Most was spent in \w+ 202\d: /,
    );
    const url = expect.stringMatching(/^\/v1\/artifacts\/[\w-]{22}\.\w+$/);
    expect(outcome).toEqual({
      ok: true,
      data: {
        title,
        kind: 'bar',
        by: 'month',
        count: expect.any(Number),
        summary: expect.stringMatching(/^Most was spent in /),
        remarks: [],
      },
      artifacts: [
        { kind: 'chart', title, url, mediaType: 'image/svg+xml', alt },
        { kind: 'chart', title, url, mediaType: 'image/png', alt },
        { kind: 'chart', title, url, mediaType: 'application/json', alt },
      ],
    });

    const markup = (await madeOf(outcome, 'image/svg+xml')).toString('utf8');
    expect(markup).toMatch(/^<svg /);
    expect(markup).toContain('Ada Park');
    const report = await data.queryTransactions({ clientId: 5001, limit: 1 }, contextOf());
    const march = report?.byMonth.find((group) => group.month === '2026-03');
    expect(markup).toContain('>Mar</text>');
    expect(markup).toMatch(new RegExp(`>\\$${amountOf(march?.total ?? NaN)}<`));

    expect(JSON.parse((await madeOf(outcome, 'application/json')).toString('utf8'))).toMatchObject({
      title,
      currency: 'USD',
      points: expect.arrayContaining([{ key: '2026-03', total: march?.total, count: march?.count }]),
    });
    expect(sizeOf(await madeOf(outcome, 'image/png'))[0]).toBe(1920);

    for (const made of outcome.ok ? (outcome.artifacts ?? []) : []) {
      expect(await artifacts.read(nameOf(made.url), callerOf('other'))).toBeUndefined();
      expect(await artifacts.read(nameOf(made.url), callerOf(''))).toBeUndefined();
    }
  });

  it.each([
    [{ by: 'category', kind: 'pie' }, 'Pie chart', /went on rent: \$1,820\.00/],
    [{ by: 'merchant' }, 'Bar chart', /went to Oakwood Properties: \$1,820\.00/],
    [{ by: 'day', kind: 'line' }, 'Line chart', /was spent on March \d+, 2026: /],
    [{ by: 'day', kind: 'table' }, 'Table', /was spent on March \d+, 2026: /],
    [{ by: 'balance' }, 'Line chart', /^By March \d+, 2026 it adds up to /],
    [{}, 'Bar chart', /was spent on March \d+, 2026: /],
  ])('draws a month as %j', async (args, picture, summary) => {
    const { outcome } = await draw({ client_id: 5002, from: '2026-03-01', to: '2026-03-31', ...args });
    expect(outcome).toMatchObject({ ok: true, data: { summary: expect.stringMatching(summary) } });
    const svg = (await madeOf(outcome, 'image/svg+xml')).toString('utf8');
    expect(svg).toContain(`aria-label="${picture}: `);
    expect(svg).toContain('from March 1 to March 31, 2026');
    const report = await data.queryTransactions(
      { clientId: 5002, periods: [{ from: '2026-03-01', to: '2026-03-31' }], limit: 1 },
      contextOf(),
    );
    expect(svg).toContain(`$${report?.total.toLocaleString('en-US', { minimumFractionDigits: 2 })} in total`);
  });

  it('draws what was asked for and nothing else, and says how it is otherwise', async () => {
    const { outcome } = await draw({
      client_name: 'ada park',
      categories: ['travel', 'spaceships'],
      direction: 'spent',
      kind: 'pie',
      by: 'month',
    });
    expect(outcome).toMatchObject({
      ok: true,
      data: {
        title: 'Travel or spaceships payments, client 5001, Ada Park, by month',
        kind: 'bar',
        remarks: [
          'A pie shows the parts of a whole, not how months follow each other, so I drew bars.',
          'There is no category spaceships among these transactions.',
        ],
      },
    });
    const made = JSON.parse((await madeOf(outcome, 'application/json')).toString()) as Chart;
    const total = made.points.reduce((sum, point) => sum + point.total, 0);
    const travel = await data.queryTransactions(
      { clientId: 5001, categories: ['travel'], direction: 'spent', limit: 1 },
      contextOf(),
    );
    expect(total).toBeCloseTo(travel?.total ?? NaN, 2);
  });

  it('writes text that can be seen in the PNG, whatever fonts the machine has', async () => {
    const words = { svg: '', width: 300, height: 40 };
    const [withText, without] = await Promise.all(
      ['<text x="9" y="28" font-size="24">Ada Park</text>', ''].map((text) =>
        renderer.toPng({ ...words, svg: `<svg xmlns="${SVG}" width="300" height="40">${text}</svg>` }, signal),
      ),
    );
    // Letters are pixels that do not compress: text without glyphs would make no difference.
    expect((withText?.length ?? 0) - (without?.length ?? 0)).toBeGreaterThan(1_000);
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
    const { outcome } = await draw({ client_id: 7002, by: 'category' });
    const svg = (await madeOf(outcome, 'image/svg+xml')).toString('utf8');
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
      [
        'another kind of chart',
        { client_id: 5001, kind: 'radar' },
        'invalid_arguments',
        /bars, a line, a pie or a table\. Which/,
      ],
      ['points of another kind', { client_id: 5001, by: 'moon' }, 'invalid_arguments', /days, months, categories/],
    ])('%s', async (_what, args, code, sentence) => {
      expect((await draw(args)).outcome).toMatchObject({ ok: false, code, message: expect.stringMatching(sentence) });
    });

    it.each([
      ['busy', 'unavailable', /too many charts/],
      ['failed', 'failed', /read the numbers to you/],
    ] as const)('a renderer that is %s', async (code, expected, sentence) => {
      const broken: ChartRenderer = {
        toPng: () => Promise.reject(new ChartError(code, 'inside')),
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
  const circle = '<circle cx="90" cy="50" r="40"/>';
  const simple = { svg: `<svg xmlns="${SVG}" width="200" height="100">${circle}</svg>`, width: 200, height: 100 };
  const running = () => new AbortController().signal;

  it('leaves the thread that carries the audio free', async () => {
    await renderer.toPng(simple, running());
    let turns = 0;
    let isDone = false;
    const count = (): void => {
      turns += 1;
      if (!isDone) setImmediate(count);
    };
    setImmediate(count);
    await Promise.all(
      Array.from({ length: 4 }, () =>
        renderer.toPng({ ...simple, svg: simple.svg.replace('width="200"', 'width="2000"') }, running()),
      ),
    );
    isDone = true;
    // Drawn on this thread, there would be a handful of turns between the four of them.
    expect(turns).toBeGreaterThan(200);
  });

  it('keeps the process alive while it draws, and not when it is idle', async () => {
    const ports = () => activeResources().get('MessagePort') ?? 0;
    await renderer.toPng(simple, running());
    const others = ports();
    const pending = renderer.toPng(simple, running());
    expect(ports()).toBe(others + 1);
    await pending;
    expect(ports()).toBe(others);
  });

  it('fails a chart that cannot be drawn, and draws the next', async () => {
    const bad = { ...simple, svg: '<svg' };
    await expect(renderer.toPng(bad, running())).rejects.toMatchObject({ name: 'ChartError', code: 'failed' });
    expect(sizeOf(await renderer.toPng(simple, running()))).toEqual([400, 200]);
  });

  it('stops waiting when it is aborted', async () => {
    const stop = new AbortController();
    const pending = renderer.toPng(simple, stop.signal);
    stop.abort();
    await expect(pending).rejects.toThrow();
    await expect(renderer.toPng(simple, stop.signal)).rejects.toThrow();
  });

  it('takes no more than it can draw in time', async () => {
    const jobs = await Promise.allSettled(Array.from({ length: 20 }, () => renderer.toPng(simple, running())));
    expect(jobs.filter((job) => job.status === 'fulfilled')).toHaveLength(16);
    const refused = jobs.flatMap((job) => (job.status === 'rejected' ? [job.reason as unknown] : []));
    expect(refused[0]).toMatchObject({ code: 'busy' });
  });

  it('fails what is being drawn when it is closed, and starts again when it is needed', async () => {
    const pending = renderer.toPng(simple, running());
    await Promise.all([expect(pending).rejects.toMatchObject({ code: 'failed' }), renderer.close()]);
    expect(sizeOf(await renderer.toPng(simple, running()))).toEqual([400, 200]);
  });
});
