// Units of measure in English.
import { NUMBER, valueOf } from './numbers.js';

/** One of it; and more than one, where that is not just an "s" more. */
const UNITS: Readonly<Record<string, readonly [one: string, many?: string]>> = {
  mm: ['millimeter'],
  cm: ['centimeter'],
  m: ['meter'],
  km: ['kilometer'],
  ft: ['foot', 'feet'],
  yd: ['yard'],
  mi: ['mile'],
  'm²': ['square meter'],
  'km²': ['square kilometer'],
  'm³': ['cubic meter'],
  'sq ft': ['square foot', 'square feet'],
  'ft²': ['square foot', 'square feet'],
  ml: ['milliliter'],
  mL: ['milliliter'],
  L: ['liter'],
  gal: ['gallon'],
  mg: ['milligram'],
  g: ['gram'],
  kg: ['kilogram'],
  oz: ['ounce'],
  lb: ['pound'],
  lbs: ['pound'],
  ms: ['millisecond'],
  sec: ['second'],
  secs: ['second'],
  min: ['minute'],
  mins: ['minute'],
  h: ['hour'],
  hr: ['hour'],
  hrs: ['hour'],
  yr: ['year'],
  yrs: ['year'],
  'm/s': ['meter per second', 'meters per second'],
  'km/h': ['kilometer per hour', 'kilometers per hour'],
  mph: ['mile per hour', 'miles per hour'],
  kB: ['kilobyte'],
  KB: ['kilobyte'],
  MB: ['megabyte'],
  GB: ['gigabyte'],
  TB: ['terabyte'],
  kbps: ['kilobit per second', 'kilobits per second'],
  Mbps: ['megabit per second', 'megabits per second'],
  Gbps: ['gigabit per second', 'gigabits per second'],
  Hz: ['hertz', 'hertz'],
  kHz: ['kilohertz', 'kilohertz'],
  MHz: ['megahertz', 'megahertz'],
  GHz: ['gigahertz', 'gigahertz'],
  W: ['watt'],
  kW: ['kilowatt'],
  kWh: ['kilowatt hour'],
  V: ['volt'],
  mAh: ['milliamp hour'],
  dB: ['decibel'],
  px: ['pixel'],
  pts: ['point'],
  kcal: ['kilocalorie'],
  '°': ['degree'],
  '°C': ['degree Celsius', 'degrees Celsius'],
  '°F': ['degree Fahrenheit', 'degrees Fahrenheit'],
};
/** Other names of what a rate is per. */
const PER: Readonly<Record<string, string>> = { mo: 'month', wk: 'week', s: 'second' };

const UNIT = Object.keys(UNITS)
  .sort((a, b) => b.length - a.length)
  .join('|');
const MEASURE = new RegExp(`(${NUMBER}) ?(${UNIT})(?![\\w²³])`, 'gu');
/** After a number, money, or a plural: "$5/month", "5 miles/hour". */
const RATE = new RegExp(
  String.raw`(?<=\d|[a-z]s|dollar|cent|euro|pound|percent|pence|yen|foot) ?/ ?(month|year|week|day|hour|minute|second|user|person|night|unit|call|mile|mo|wk|yr|hr|h|min|sec|s|lb|oz|kg|gal|km|mi|ft|GB)\b`,
  'gu',
);
/** After any word: nothing but a rate ends in these. */
const SHORT_RATE = /(?<=[a-z]) ?\/ ?(s|sec|min|hr|h|mo|yr|wk)\b/gu;

const per = (_: string, unit: string): string => ` per ${PER[unit] ?? UNITS[unit]?.[0] ?? unit}`;

/** "5 km" -> "5 kilometers", "5/s" -> "5 per second". The numbers stay digits. */
export function sayUnits(text: string): string {
  return text
    .replace(MEASURE, (_, n: string, symbol: string) => {
      const [one = symbol, many = `${one}s`] = UNITS[symbol] ?? [];
      return `${n} ${valueOf(n) === 1 ? one : many}`;
    })
    .replace(RATE, per)
    .replace(SHORT_RATE, per);
}
