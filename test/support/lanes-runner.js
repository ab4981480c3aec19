import TestRunner from 'jest-runner';

/** Projects that follow one another; each other one has a lane of its own. */
const FOLLOWING = { hearing: 'waiting' };

/** The files of a lane one after another, those of each project in a process of its own; the lanes side by side. */
export default class LanesRunner extends TestRunner {
  #listeners = [];

  on(event, listener) {
    this.#listeners.push([event, listener]);
    return super.on(event, listener);
  }

  async runTests(tests, watcher, options) {
    // `--runInBand`, or a single quick file.
    if (options.serial) return super.runTests(tests, watcher, options);
    const projects = Object.entries(Object.groupBy(tests, ({ context }) => context.config.displayName.name));
    const lanes = Object.values(Object.groupBy(projects, ([name]) => FOLLOWING[name] ?? name));
    await Promise.all(
      lanes.map(async (lane) => {
        for (const [, files] of lane) await this.#lane().runTests(files, watcher, options);
      }),
    );
  }

  #lane() {
    const lane = new TestRunner({ ...this._globalConfig, maxWorkers: 1 }, this._context);
    for (const [event, listener] of this.#listeners) lane.on(event, listener);
    return lane;
  }
}
