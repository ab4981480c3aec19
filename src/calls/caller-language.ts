// Which language a caller speaks, from what there is to know it by.
import { createRequire } from 'node:module';
import { parsePhoneNumberFromString } from 'libphonenumber-js/core';
import numberingPlans from 'libphonenumber-js/min/metadata';
import type { CallRequest } from './call.port.js';

/** Of Unicode's CLDR, territoryInfo.json. */
interface Territory {
  /** By language, which may have a script: `zh_Hant`. */
  readonly languagePopulation?: Readonly<
    Record<string, { readonly _populationPercent: string; readonly _officialStatus?: string }>
  >;
}

const NATIONAL: ReadonlySet<string | undefined> = new Set(['official', 'de_facto_official']);
/** The share of a country that speaks a language which one may suppose of everybody there, %. */
const MOST = 66;

/**
 * A BCP-47 tag in its usual form, or undefined: what the client says, or whoever has had him called; else the language of the
 * country that a telephone's number is of, where it has one. A number can be forged, and a caller abroad: it is a guess.
 */
export function callerLanguage({ language, route }: Pick<CallRequest, 'language' | 'route'>): string | undefined {
  if (language !== undefined) return Intl.getCanonicalLocales(language)[0];
  const party = route?.direction === 'outbound' ? route.to : route?.from;
  const country = party === undefined ? undefined : countryOf(party);
  return country === undefined ? undefined : languageOf(country);
}

/** Of a `tel:` or SIP address with a number in E.164; ISO 3166, undefined for every other. */
function countryOf(address: string): string | undefined {
  const number = /^(?:tel|sips?):(\+\d{7,15})(?!\w)/.exec(address)?.[1];
  if (number === undefined) return undefined;
  const read = parsePhoneNumberFromString(number, { extract: false }, numberingPlans);
  return read?.isValid() === true ? read.country : undefined;
}

/**
 * The one language of a country (ISO 3166), with it: `de-AT`. Undefined where several are official in all of it (Belgium, Canada,
 * Switzerland), or the one is not that of most people there.
 */
export function languageOf(country: string): string | undefined {
  const spoken = Object.entries(territories()[country]?.languagePopulation ?? {});
  const official = spoken
    .filter(([, { _officialStatus: status }]) => NATIONAL.has(status))
    .map(([tag, { _populationPercent: percent }]) => ({
      language: tag.split('_', 1)[0] ?? '',
      percent: Number(percent),
    }));
  const [first] = official;
  if (first === undefined || official.some(({ language }) => language !== first.language)) return undefined;
  return official.some(({ percent }) => percent >= MOST) ? `${first.language}-${country}` : undefined;
}

let known: Readonly<Record<string, Territory>> | undefined;

/** Read when the first telephone asks: 2 ms. */
function territories(): Readonly<Record<string, Territory>> {
  if (known === undefined) {
    const file = createRequire(import.meta.url)('cldr-core/supplemental/territoryInfo.json') as {
      readonly supplemental: { readonly territoryInfo: Readonly<Record<string, Territory>> };
    };
    known = file.supplemental.territoryInfo;
  }
  return known;
}
