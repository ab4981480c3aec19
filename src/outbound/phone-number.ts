// Numbers and where they are. libphonenumber-js knows Google's numbering plans, and so which country a number of +1 or +7
// belongs to; countries-and-timezones the zones of a country, from the IANA database.
import { getCountry } from 'countries-and-timezones';
import { parsePhoneNumberFromString } from 'libphonenumber-js/core';
import numberingPlans from 'libphonenumber-js/min/metadata';

export interface PhoneNumber {
  /** E.164. */
  readonly e164: string;
  /** IANA names of where it may be; empty for a number of no country, such as +800. */
  readonly zones: readonly string[];
}

/** Undefined for what nobody can be called by: it has to be written with its country, `+49 30 123456`. */
export function readPhoneNumber(written: string): PhoneNumber | undefined {
  const number = parsePhoneNumberFromString(written, { extract: false }, numberingPlans);
  if (number === undefined || !number.isValid() || number.ext !== undefined) return undefined;
  const { country } = number;
  return { e164: number.number, zones: country === undefined ? [] : (getCountry(country)?.timezones ?? []) };
}

/** Whether this runtime knows a time zone of that name. */
export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions();
    return true;
  } catch {
    return false;
  }
}
