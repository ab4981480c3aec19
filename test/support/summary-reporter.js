/** Prints plain closing lines that scripts can read. */
export default class SummaryReporter {
  #again = [];

  onTestResult(_test, { testResults }) {
    this.#again.push(...testResults.filter(({ retryReasons }) => (retryReasons?.length ?? 0) > 0));
  }

  onRunComplete(_contexts, results) {
    const skipped = results.numPendingTests + results.numTodoTests;
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    for (const { fullName } of this.#again) console.log(`run a second time: ${fullName}`);
    console.log(`\n${results.numPassedTests} passed, ${failed} failed, ${skipped} skipped`);
  }
}
