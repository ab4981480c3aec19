// Where a process that a test will kill stands still: before or after a step of what it does. The test names one point at a
// time, and whoever comes there next never goes on. So one SIGKILL finds many calls, each between two steps of its own.

/** Tells calls of one method apart; what it has answered, once it has. */
export type NameOf = (name: string, args: readonly unknown[], answer?: unknown) => string;

type Step = (...args: readonly unknown[]) => Promise<unknown>;

/** What a test may send; anything else that it asks is answered by the program itself. */
type Asked = { readonly stopAt: string } | { readonly ask: unknown; readonly n: number };

export class CrashPoints {
  private wanted: string | undefined;

  /** Wraps methods of an object: `begin before`, `begin after`. */
  watch(steps: object, names: readonly string[], nameOf: NameOf = (name) => name): void {
    const target = steps as Record<string, Step>;
    for (const name of names) {
      const step = target[name]?.bind(steps);
      if (step === undefined) throw new Error(`there is no step ${name}`);
      target[name] = async (...args) => {
        await this.pass(`${nameOf(name, args)} before`);
        const answer = await step(...args);
        await this.pass(`${nameOf(name, args, answer)} after`);
        return answer;
      };
    }
  }

  /** Says that the program is ready, and does from then on what the test asks. */
  obey(ready: object, answer: (question: never) => Promise<unknown> = () => Promise.resolve()): void {
    process.on('message', (asked: Asked) => {
      if ('stopAt' in asked) {
        this.wanted = asked.stopAt;
        process.send?.({ armed: asked.stopAt });
        return;
      }
      void answer(asked.ask as never).then((told) => process.send?.({ told, n: asked.n }));
    });
    process.send?.({ ready });
  }

  /** Resolves at once, or never. */
  async pass(point: string): Promise<void> {
    if (this.wanted !== point) return;
    this.wanted = undefined;
    process.send?.({ stoodAt: point });
    await new Promise<never>(() => undefined);
  }
}
