// The little of SVG that charts are made of, as text.

/** Most digits behind the point of a coordinate: a hundredth of a pixel cannot be seen. */
const rounded = (value: number): string => String(Math.round(value * 100) / 100 + 0);

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text of an element or an attribute. What XML 1.0 forbids is left out (https://www.w3.org/TR/xml/#charsets). */
export const escaped = (text: string): string =>
  text
    .toWellFormed()
    .replace(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, '')
    .replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');

type Attributes = Readonly<Record<string, string | number | undefined>>;

/** An element; `children` are elements too, or escaped text. */
export function element(name: string, attributes: Attributes, ...children: readonly string[]): string {
  const written = Object.entries(attributes).flatMap(([key, value]) =>
    value === undefined ? [] : [` ${key}="${typeof value === 'number' ? rounded(value) : escaped(value)}"`],
  );
  const open = `<${name}${written.join('')}`;
  return children.length === 0 ? `${open}/>` : `${open}>${children.join('')}</${name}>`;
}

export interface TextStyle {
  /** px. */
  readonly size: number;
  readonly anchor?: 'start' | 'middle' | 'end';
  /** Names of classes in the picture's style sheet. */
  readonly look?: string;
}

/** One line of text with its baseline at `y`. */
export const textAt = (x: number, y: number, text: string, { size, anchor, look }: TextStyle): string =>
  element(
    'text',
    { x, y, 'font-size': size, 'text-anchor': anchor === 'start' ? undefined : anchor, class: look },
    escaped(text),
  );
