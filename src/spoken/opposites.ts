// Words for beginning something and for ending it: what a text says of one answers nothing about the other.
import { wordsOf } from './words.js';

const BEGINS =
  /\b(?:set(?:ting)? up|starts?|starting|begin|beginning|creat(?:e|ing)|sign(?:ing)? up|activat(?:e|ing)|join(?:ing)?)\b/;
const ENDS = /\b(?:cancel\w*|stops?|stopped|stopping|ends?(?! of)|ending|clos(?:e|ing)|quit(?:ting)?|terminat\w+)\b/;

/** Whether one of two texts speaks of beginning only, and the other of ending only. */
export function areOpposite(one: string, other: string): boolean {
  const [a, b] = [directionOf(one), directionOf(other)];
  return a !== 0 && a + b === 0;
}

/** 1 begins, -1 ends, 0 neither or both. */
function directionOf(text: string): number {
  const words = wordsOf(text).join(' ');
  return Number(BEGINS.test(words)) - Number(ENDS.test(words));
}
