/** What a runtime lets guess about its network: it is there (again), or gone. Either may be wrong. */
export type NetworkHint = 'online' | 'offline';

/** Tells hints as they come. Returns what stops it. */
export type NetworkHints = (tell: (hint: NetworkHint) => void) => () => void;

interface Target {
  addEventListener?(type: string, listener: () => void): void;
  removeEventListener?(type: string, listener: () => void): void;
  readonly visibilityState?: string;
}

/**
 * A browser's own hints: it knows when it goes offline and comes back, and a page that comes to the front again may have
 * slept through a change of networks. Other runtimes give none.
 */
export const browserHints: NetworkHints = (tell) => {
  const page: Target & { readonly document?: Target } = globalThis as never;
  const { document } = page;
  const subscriptions: (() => void)[] = [];
  const listen = (target: Target | undefined, type: string, listener: () => void): void => {
    target?.addEventListener?.(type, listener);
    subscriptions.push(() => target?.removeEventListener?.(type, listener));
  };
  listen(page, 'online', () => tell('online'));
  listen(page, 'offline', () => tell('offline'));
  listen(page, 'pageshow', () => tell('online'));
  listen(document, 'visibilitychange', () => {
    if (document?.visibilityState === 'visible') tell('online');
  });
  return () => subscriptions.forEach((unsubscribe) => unsubscribe());
};
