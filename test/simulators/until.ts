/** Waits until `condition` holds; rejects with `what` after `deadlineMs`. For counters of simulators, which have no events. */
export async function until(what: string, condition: () => boolean, deadlineMs = 5000): Promise<void> {
  const end = performance.now() + deadlineMs;
  while (!condition()) {
    if (performance.now() > end) throw new Error(`not within ${deadlineMs} ms: ${what}`);
    await new Promise((resolve) => {
      setTimeout(resolve, 2);
    });
  }
}
