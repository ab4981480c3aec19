import TestRunner from 'jest-runner';

/** The files of each project one after another, in a process of its own; the projects side by side. */
export default class LanesRunner extends TestRunner {
  #listeners = [];

  on(event, listener) {
    this.#listeners.push([event, listener]);
    return super.on(event, listener);
  }

  async runTests(tests, watcher, options) {
    // `--runInBand`, or a single quick file.
    if (options.serial) return super.runTests(tests, watcher, options);
    const lanes = Object.values(Object.groupBy(tests, ({ context }) => context.config.displayName.name));
    await Promise.all(lanes.map((lane) => this.#lane().runTests(lane, watcher, options)));
  }

  #lane() {
    const lane = new TestRunner({ ...this._globalConfig, maxWorkers: 1 }, this._context);
    for (const [event, listener] of this.#listeners) lane.on(event, listener);
    return lane;
  }
}
