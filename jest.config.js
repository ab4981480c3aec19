/**
 * Nest 12 is ESM, so Jest runs with --experimental-vm-modules (see the test script). Without --no-compilation-cache V8 gives
 * the code of `new Function` that one test file has compiled to the next: Deepgram's SDK imports `ws` in such code, the
 * import goes to the first file's environment, which is gone, and Jest ends with code 1 although every test has passed.
 */
export default {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: { '^.+\\.ts$': '@swc/jest' },
  testMatch: ['<rootDir>/{src,client,test,bench,eval,scripts,examples}/**/*.spec.ts'],
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/.parley/'],
  testTimeout: 20_000,
  reporters: ['default', '<rootDir>/test/support/summary-reporter.js'],
};
