// Times of day in English.
import { cardinal } from './numbers.js';

const CLOCK = /(?<![\d:.,/])([01]?\d|2[0-3]):([0-5]\d)(?::([0-5]\d)(?:\.\d{1,6})?)?(?![\d:])(?: ?([ap])m\b)?/giu;
const HOUR = /(?<![\d:.,/$€£-])(1[0-2]|0?[1-9])(?: ?([-–]) ?(1[0-2]|0?[1-9]))? ?([ap])m\b/giu;
const CLOCK_RANGE = /(\d:\d{2}(?: ?[ap]m)?) ?[-–] ?(?=\d{1,2}(?::\d{2}| ?[ap]m))/giu;
const HOUR_RANGE = /(\d ?[ap]m) ?[-–] ?(?=\d)/giu;

const minuteInWords = (minute: number): string => (minute < 10 ? `oh ${cardinal(minute)}` : cardinal(minute));

/**
 * 14:30 -> "two thirty P M", 9:05 -> "nine oh five", 3 pm -> "three P M". Expects "p.m." written as "PM". The letters
 * stand apart because flite reads "AM" as the word.
 */
export function sayTimes(text: string): string {
  return text
    .replace(CLOCK_RANGE, '$1 to ')
    .replace(HOUR_RANGE, '$1 to ')
    .replace(CLOCK, (_, h: string, m: string, s: string | undefined, half: string | undefined) => {
      const seconds = s === undefined || s === '00' ? '' : ` and ${cardinal(Number(s))} second${s === '01' ? '' : 's'}`;
      return clock(Number(h), Number(m), half?.toLowerCase()) + seconds;
    })
    .replace(HOUR, (_, from: string, dash: string | undefined, to: string | undefined, half: string) => {
      const range = dash === undefined ? '' : ` to ${cardinal(Number(to))}`;
      return `${cardinal(Number(from))}${range} ${half.toUpperCase()} M`;
    });
}

function clock(hour: number, minute: number, half: string | undefined): string {
  if (half === undefined && hour === 0 && minute === 0) return 'midnight';
  const twelve = cardinal(hour % 12 === 0 ? 12 : hour % 12);
  // Up to 12:59 the text does not say which half of the day it means.
  const day = half === undefined ? (hour === 0 ? ' A M' : hour > 12 ? ' P M' : '') : ` ${half.toUpperCase()} M`;
  if (minute > 0) return `${twelve} ${minuteInWords(minute)}${day}`;
  return day === '' ? `${twelve} o'clock` : `${twelve}${day}`;
}
