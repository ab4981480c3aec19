/** For what a test has seen to itself: `map.get(key) ?? missing('row')`. */
export function missing(what: string): never {
  throw new Error(`there is no ${what}`);
}
