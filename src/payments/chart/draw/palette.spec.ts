import {
  converter,
  differenceCiede2000,
  filterDeficiencyDeuter,
  filterDeficiencyProt,
  filterDeficiencyTrit,
  formatHex,
  wcagContrast,
  type Rgb,
} from 'culori';
import { DARK, LIGHT } from './palette.js';

const toRgb = converter('rgb');

/** The filters take colours that are read already. */
function seenBy(filter: (colour: Rgb) => Rgb): (colour: string) => string {
  return (colour) => formatHex(filter(toRgb(colour) ?? { mode: 'rgb', r: 0, g: 0, b: 0 }));
}
const EYES = {
  usual: (colour: string) => colour,
  protanopia: seenBy(filterDeficiencyProt(1)),
  deuteranopia: seenBy(filterDeficiencyDeuter(1)),
  tritanopia: seenBy(filterDeficiencyTrit(1)),
};
const distance = differenceCiede2000();
/** CIEDE2000; about 1 can just be seen when two areas touch, and here there is a gap and a name. */
const LEAST = 8;

describe.each(Object.entries({ LIGHT, DARK }))('colours of charts, %s', (_name, theme) => {
  const colours = [...theme.slices, theme.others];
  const pairs = [
    ...colours.flatMap((one, at) => colours.slice(at + 1).map((other) => [one, other] as const)),
    [theme.spent, theme.returned] as const,
  ];

  it.each(Object.entries(EYES))('can be told apart: %s', (_eyes, seen) => {
    const close = pairs.filter(([one, other]) => distance(seen(one), seen(other)) < LEAST);
    expect(close).toEqual([]);
  });

  // WCAG 2.2, 1.4.3 and 1.4.11.
  it('can be read and seen on their paper', () => {
    for (const text of [theme.ink, theme.muted]) {
      expect(wcagContrast(text, theme.paper)).toBeGreaterThanOrEqual(4.5);
      expect(wcagContrast(text, theme.stripe)).toBeGreaterThanOrEqual(4.5);
    }
    for (const bar of [theme.spent, theme.returned]) expect(wcagContrast(bar, theme.paper)).toBeGreaterThanOrEqual(3);
  });
});
