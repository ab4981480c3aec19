// What a model says of a transfer. Its text is data: one line, and no more than a person listens to.

export interface TransferArguments {
  readonly destination: string;
  readonly about?: string;
}

/** Longest sentence for the person, characters. */
const MAX_ABOUT = 200;

/** Undefined for what names no destination. */
export function transferArguments(value: unknown): TransferArguments | undefined {
  if (typeof value !== 'object' || value === null || !('destination' in value)) return undefined;
  const { destination } = value;
  if (typeof destination !== 'string') return undefined;
  const about = 'about' in value && typeof value.about === 'string' ? oneLine(value.about) : '';
  return { destination, ...(about === '' ? {} : { about }) };
}

const oneLine = (text: string): string =>
  text
    .replaceAll(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .slice(0, MAX_ABOUT)
    .toWellFormed();
