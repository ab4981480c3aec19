/**
 * Does `work` for every item, at most `atOnce` at a time, from the first time that one is asked for; returns how to ask. What
 * goes wrong with an item is told to whoever asks for that one.
 */
export function sideBySide<Item>(
  items: readonly Item[],
  atOnce: number,
  work: (item: Item) => Promise<void>,
): (item: Item) => Promise<void> {
  const begin = (): ReadonlyMap<Item, Promise<void>> => {
    const begun = new Map<Item, Promise<void>>();
    const lanes: Promise<void>[] = [];
    for (const [index, item] of items.entries()) {
      const lane = index % atOnce;
      const done = (lanes[lane] ?? Promise.resolve()).then(() => work(item));
      lanes[lane] = done.catch(() => undefined);
      begun.set(item, done);
    }
    return begun;
  };
  let begun: ReadonlyMap<Item, Promise<void>> | undefined;
  return async (item) => {
    begun ??= begin();
    await begun.get(item);
  };
}
