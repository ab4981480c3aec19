/** Fewer units than this are no rate: a prompt or two. */
const FEWEST = 5_000;

/** What is wrong with the share that came out of a cache; undefined where nothing is, or nobody knows. */
export function overCacheBound(
  { hits, all }: { readonly hits: number; readonly all: number },
  minPercent: number | undefined,
): string | undefined {
  if (minPercent === undefined || all < FEWEST) return undefined;
  const rate = (100 * hits) / all;
  return rate >= minPercent
    ? undefined
    : `${rate.toFixed(1)} % of the input came out of the cache, under ${minPercent} %.`;
}
