// Colours of charts, light and dark. Okabe and Ito, "Color Universal Design" (2008), https://jfly.uni-koeln.de/color/:
// chosen so that people with each kind of colour blindness can tell them apart.

const BLUE = '#0072b2';
const SKY_BLUE = '#56b4e9';
const ORANGE = '#e69f00';
const GREEN = '#009e73';
const VERMILLION = '#d55e00';
const PURPLE = '#cc79a7';
const YELLOW = '#f0e442';

export interface Theme {
  readonly paper: string;
  readonly ink: string;
  readonly muted: string;
  readonly grid: string;
  readonly stripe: string;
  /** More was spent than came back. */
  readonly spent: string;
  /** More came back than was spent. */
  readonly returned: string;
  /** Slices of a pie, in this order. */
  readonly slices: readonly string[];
  /** The slice of all that has none of its own. */
  readonly others: string;
}

export const LIGHT: Theme = {
  paper: '#ffffff',
  ink: '#1f2933',
  muted: '#52606d',
  grid: '#e4e7eb',
  stripe: '#f5f7fa',
  spent: BLUE,
  returned: VERMILLION,
  slices: [BLUE, ORANGE, GREEN, PURPLE, SKY_BLUE, VERMILLION, YELLOW],
  others: '#3e4c59',
};

export const DARK: Theme = {
  ...LIGHT,
  paper: '#14181d',
  ink: '#e9edf1',
  muted: '#a9b4bf',
  grid: '#333c46',
  stripe: '#1c2229',
  spent: SKY_BLUE,
  others: '#e9edf1',
};

/** A rule for each look of `svg.ts`'s elements. */
function rulesOf(theme: Theme): string {
  const rules = [
    ['paper', `fill:${theme.paper}`],
    ['ink', `fill:${theme.ink}`],
    ['muted', `fill:${theme.muted}`],
    ['halo', `stroke:${theme.paper}`],
    ['grid', `stroke:${theme.grid}`],
    ['zero', `stroke:${theme.muted}`],
    ['stripe', `fill:${theme.stripe}`],
    ['spent', `fill:${theme.spent}`],
    ['returned', `fill:${theme.returned}`],
    ['curve', `stroke:${theme.spent}`],
    ['hollow', `fill:${theme.paper};stroke:${theme.spent}`],
    ['gap', `stroke:${theme.paper}`],
    ...theme.slices.map((colour, at) => [`slice${at}`, `fill:${colour}`]),
    ['others', `fill:${theme.others}`],
  ];
  return rules.map(([look, rule]) => `.${look}{${rule}}`).join('');
}

/** Whoever draws without media queries (resvg, older viewers) gets the light one. */
export const styleSheet = (font: string): string =>
  `text{font-family:'${font}',Verdana,sans-serif}.halo{stroke-width:3px;stroke-linejoin:round;paint-order:stroke}` +
  `.curve{fill:none;stroke-width:2px;stroke-linejoin:round}.hollow{stroke-width:2px}.grid,.zero,.curve{fill:none}.gap{stroke-width:2px}` +
  `${rulesOf(LIGHT)}@media (prefers-color-scheme:dark){${rulesOf(DARK)}}`;
