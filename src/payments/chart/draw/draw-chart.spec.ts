import { createRequire } from 'node:module';
import { Resvg } from '@resvg/resvg-js';
import fc from 'fast-check';
import { CHART_BYS, CHART_KINDS, isOverTime, type Chart, type ChartPoint } from './chart.js';
import { drawChart } from './draw-chart.js';
import { ASCENT, DESCENT, measureOf } from './measure.js';

const FONT_FILE = createRequire(import.meta.url).resolve('dejavu-fonts-ttf/ttf/DejaVuSans.ttf');
const FONT = 'DejaVu Sans';
const measure = measureOf(FONT_FILE);
const font = { loadSystemFonts: false, fontFiles: [FONT_FILE], defaultFontFamily: FONT, sansSerifFamily: FONT };

interface Box {
  readonly text: string;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

const unescaped = (text: string): string =>
  text.replace(
    /&(amp|lt|gt|quot|#39);/g,
    (_all, name: string) => ({ amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" })[name] ?? '',
  );

/** Where each text of a picture stands; texts of a group are moved with it. */
function boxesOf(svg: string): Box[] {
  const boxes: Box[] = [];
  let [dx, dy] = [0, 0];
  for (const [tag, group = '', attributes = '', content = ''] of svg.matchAll(
    /<g ([^>]*)>|<\/g>|<text ([^>]*)>([^<]*)<\/text>/g,
  )) {
    if (tag.startsWith('</g')) [dx, dy] = [0, 0];
    else if (tag.startsWith('<g')) {
      [dx = 0, dy = 0] = (/translate\(([-\d.]+) ([-\d.]+)\)/.exec(group) ?? []).slice(1).map(Number);
    } else {
      const number = (name: string): number => Number(new RegExp(` ?\\b${name}="([^"]*)"`).exec(attributes)?.[1]);
      const [x, y, size] = [number('x') + dx, number('y') + dy, number('font-size')];
      const text = unescaped(content);
      const width = measure.width(text, size);
      const anchor = /text-anchor="(\w+)"/.exec(attributes)?.[1] ?? 'start';
      const left = anchor === 'end' ? x - width : anchor === 'middle' ? x - width / 2 : x;
      boxes.push({ text, left, right: left + width, top: y - size * ASCENT, bottom: y + size * DESCENT });
    }
  }
  return boxes;
}

/** Less than a pixel is no overlap that anybody sees. */
const SLACK = 0.5;

function faultsOf(svg: string, width: number, height: number): string[] {
  const boxes = boxesOf(svg);
  const outside = boxes.filter(
    ({ left, right, top, bottom }) => left < 0 || top < 0 || right > width || bottom > height,
  );
  const overlaps = boxes.flatMap((one, at) =>
    boxes
      .slice(at + 1)
      .filter(
        (other) =>
          one.left < other.right - SLACK &&
          other.left < one.right - SLACK &&
          one.top < other.bottom - SLACK &&
          other.top < one.bottom - SLACK,
      )
      .map((other) => `"${one.text}" over "${other.text}"`),
  );
  return [...outside.map(({ text }) => `"${text}" is outside`), ...overlaps];
}

const monthsFrom = (first: number, count: number): string[] =>
  Array.from({ length: count }, (_, at) => new Date(Date.UTC(2010, first + at)).toISOString().slice(0, 7));
const daysFrom = (first: number, count: number): string[] =>
  Array.from({ length: count }, (_, at) => new Date(Date.UTC(2020, 0, 1 + first + at)).toISOString().slice(0, 10));

const amount = fc.oneof(
  fc.constantFrom(0, 0.01, -0.01, 0.4, -0.4, 9_999_999_999.99, -9_999_999_999.99),
  fc.integer({ min: -10_000_00, max: 10_000_00 }).map((cents) => cents / 100),
  fc.integer({ min: 0, max: 1_000_000_000_000 }).map((cents) => cents / 100),
);
const name = fc.oneof(
  fc.string({ minLength: 1, maxLength: 60 }),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 }),
  fc
    .array(fc.constantFrom('Wm', 'il', 'Harbor', 'Donaudampfschifffahrtsgesellschaft', '&', '<b>'), {
      minLength: 1,
      maxLength: 6,
    })
    .map((words) => words.join(' ')),
  fc.constant('W'.repeat(60)),
);
const totals = fc.record({ total: amount, count: fc.nat({ max: 3 }) });

const points = (by: Chart['by']): fc.Arbitrary<ChartPoint[]> => {
  if (!isOverTime(by)) {
    return fc.uniqueArray(fc.record({ key: name, total: amount, count: fc.integer({ min: 1, max: 9 }) }), {
      minLength: 1,
      maxLength: 20,
      selector: ({ key }) => key,
    });
  }
  const [most, keys] = by === 'month' ? [120, monthsFrom] : [400, daysFrom];
  return fc
    .tuple(fc.nat({ max: 400 }), fc.array(totals, { minLength: 1, maxLength: most, size: 'max' }))
    .map(([first, list]) => {
      const named = keys(first, list.length);
      return list.map((point, at) => ({ ...point, key: named[at] ?? '', total: point.count === 0 ? 0 : point.total }));
    });
};

const charts: fc.Arbitrary<Chart> = fc
  .tuple(fc.constantFrom(...CHART_KINDS), fc.constantFrom(...CHART_BYS))
  .filter(([kind, by]) => (kind !== 'pie' && kind !== 'line') || (kind === 'pie') !== isOverTime(by))
  .chain(([kind, by]) =>
    fc.record({
      kind: fc.constant(kind),
      by: fc.constant(by),
      title: name.map((text) => `Spending of client 5001, ${text}`),
      subtitle: name,
      summary: fc.constant('Most went on rent.'),
      alt: name,
      currency: fc.constantFrom('USD', 'EUR', 'JPY', 'KWD', 'XYZ', 'US', '$', '', 'usd', '<b>'),
      points: points(by).filter((list) => kind !== 'pie' || list.some(({ total }) => total > 0)),
      remarks: fc.constant([]),
      notes: fc.array(name, { maxLength: 3 }),
    }),
  );

const chartOf = (chart: Partial<Chart>): Chart => ({
  kind: 'bar',
  by: 'month',
  title: 'Spending',
  subtitle: 'in a year',
  summary: '',
  alt: 'A chart',
  currency: 'USD',
  points: [],
  remarks: [],
  notes: [],
  ...chart,
});
const textsOf = (chart: Chart): string[] => boxesOf(drawChart(chart, FONT, measure).svg).map(({ text }) => text);
const months = (count: number, total = (at: number): number => 1000 + 37 * at): ChartPoint[] =>
  monthsFrom(0, count).map((key, at) => ({ key, total: total(at), count: 1 }));

describe('drawChart', () => {
  it('keeps every text inside the picture and off the others, whatever it draws', () => {
    fc.assert(
      fc.property(charts, (chart) => {
        const { svg, width, height } = drawChart(chart, FONT, measure);
        expect(faultsOf(svg, width, height)).toEqual([]);
        expect(svg).not.toMatch(/NaN|undefined|Infinity/);
      }),
      { numRuns: 200 },
    );
  }, 60_000);

  it('sees texts that overlap', () => {
    const over = '<text x="10" y="20" font-size="12">one</text><text x="14" y="24" font-size="12">two</text>';
    expect(faultsOf(over, 100, 100)).toEqual(['"one" over "two"']);
    expect(faultsOf('<text x="90" y="20" font-size="12">outside</text>', 100, 100)).toEqual(['"outside" is outside']);
  });

  it('measures text as wide as it is drawn', () => {
    for (const text of [
      'Spending of client 5001, Ada Park',
      '$1,234.50',
      'iiiiiillll',
      'WWWWWWMMMM',
      'Größe, Straße, Žižkov',
      'AVAVATo',
    ]) {
      const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="900" height="60"><text x="10" y="40" font-size="20" font-family="${FONT}">${text}</text></svg>`;
      const drawn = new Resvg(svg, { font }).getBBox();
      const measured = measure.width(text, 20);
      expect(drawn?.width).toBeLessThanOrEqual(measured + 1);
      expect(drawn?.width).toBeGreaterThan(measured * 0.8);
    }
  });

  it('draws the same twice, in XML that others can read', () => {
    fc.assert(
      fc.property(charts, (chart) => {
        const { svg } = drawChart(chart, FONT, measure);
        expect(drawChart(chart, FONT, measure).svg).toBe(svg);
        // resvg's parser refuses what is not well-formed.
        expect(new Resvg(svg, { font }).width).toBe(960);
      }),
      { numRuns: 8 },
    );
  }, 60_000);

  it.each([
    [1, ['Jan'], ['2010']],
    [12, ['Jan', 'Feb', 'Dec'], ['2010']],
    [24, ['Jan', 'Feb'], ['2010', '2011']],
    [48, ['Jan', 'Apr', 'Jul', 'Oct'], ['2010', '2013']],
    [120, ['2010', '2015', '2019'], []],
  ])('thins out the names of %i months', (count, fine, coarse) => {
    expect(textsOf(chartOf({ points: months(count) }))).toEqual(expect.arrayContaining([...fine, ...coarse]));
  });

  it('writes the amount on each bar as long as all have room, and then only the largest', () => {
    const few = textsOf(chartOf({ points: months(12) }));
    expect(few.filter((text) => /^\$1,\d{3}$/.test(text))).toHaveLength(12);
    const many = textsOf(chartOf({ points: months(120) }));
    expect(many).toContain('$5,403.00');
    expect(many.filter((text) => /^\$\d,\d{3}/.test(text))).toHaveLength(1);
  });

  it('shows a month without transactions as empty, and one of nothing as nothing', () => {
    const points = [
      { key: '2026-01', total: 250, count: 2 },
      { key: '2026-02', total: 0, count: 0 },
      { key: '2026-03', total: 0, count: 2 },
    ];
    const { svg } = drawChart(chartOf({ points }), FONT, measure);
    expect(svg.match(/class="spent"/g)).toHaveLength(1);
    expect(boxesOf(svg).map(({ text }) => text)).toEqual(
      expect.arrayContaining(['Jan', 'Feb', 'Mar', '–', '$250', '$0']),
    );
  });

  it.each([
    ['small refunds', [-0.4, -0.2]],
    ['what rounds to nothing', [-0.001, 1000]],
  ])('writes no "-$0": %s', (_what, amounts) => {
    const points = amounts.map((total, at) => ({ key: `2026-0${at + 1}`, total, count: 1 }));
    for (const kind of ['bar', 'line', 'table'] as const) {
      expect(textsOf(chartOf({ kind, points })).filter((text) => /^-\$0(\.0*)?$/.test(text))).toEqual([]);
    }
  });

  it('cuts no name', () => {
    const key = 'The Worshipful Company of Donaudampfschifffahrtsgesellschaften, Wagga Wagga and Sons, Limited';
    const points = [
      { key, total: 10, count: 1 },
      { key: 'Rent', total: 5, count: 1 },
    ];
    for (const kind of ['bar', 'pie', 'table'] as const) {
      const all = textsOf(chartOf({ kind, by: 'merchant', points })).join(' ');
      for (const word of key.split(' ')) expect(all.replaceAll(' ', '')).toContain(word.replaceAll(' ', ''));
    }
  });

  it('says what its colours mean where there are two, and is a picture with words for those who cannot see it', () => {
    const points = [
      { key: 'a', total: 10, count: 1 },
      { key: 'b', total: -5, count: 1 },
    ];
    const both = drawChart(chartOf({ by: 'category', points, alt: 'Most went on "a" & co.' }), FONT, measure).svg;
    expect(boxesOf(both).map(({ text }) => text)).toContain('More came back than was spent');
    expect(both).toContain('role="img" aria-label="Most went on &quot;a&quot; &amp; co."');
    expect(both).toContain('<desc>Most went on &quot;a&quot; &amp; co.</desc>');
    expect(both).toContain('@media (prefers-color-scheme:dark)');
    expect(textsOf(chartOf({ by: 'category', points: points.slice(0, 1) }))).not.toContain(
      'More came back than was spent',
    );
  });

  it('gathers what has no colour of its own, and names it', () => {
    const points = Array.from({ length: 12 }, (_, at) => ({ key: `shop ${at}`, total: 100 - at, count: 1 }));
    const texts = textsOf(chartOf({ kind: 'pie', by: 'merchant', points }));
    expect(texts).toEqual(expect.arrayContaining(['6 others', 'shop 0', 'shop 5']));
    expect(texts.join(' ')).toContain('shop 6, shop 7, shop 8, shop 9, shop 10, shop 11');
  });
});
