import { availableParallelism } from 'node:os';

/**
 * Nest 12 is ESM, so Jest runs with --experimental-vm-modules (see the test script). Without --no-compilation-cache V8 gives
 * the code of `new Function` that one test file has compiled to the next: Deepgram's SDK imports `ws` in such code, the
 * import goes to the first file's environment, which is gone, and Jest ends with code 1 although every test has passed.
 */
const project = {
  testEnvironment: 'node',
  globalSetup: '<rootDir>/test/support/speech-models.setup.js',
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: { '^.+\\.ts$': '@swc/jest' },
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/.parley/'],
};

/** Rooms whose specs run processes, databases and recognisers, and want the processor for themselves. */
const HEAVY = 'stt,flite,transcription,doctor,documents,database';

export default {
  projects: [
    // Side by side.
    {
      ...project,
      displayName: 'units',
      testMatch: ['<rootDir>/{src,client,bench,eval,scripts}/**/*.spec.ts'],
      testPathIgnorePatterns: ['/node_modules/', `<rootDir>/src/(${HEAVY.replaceAll(',', '|')})/`],
    },
    // One after the other, as are whole servers and calls at real time.
    {
      ...project,
      displayName: 'whole',
      testMatch: ['<rootDir>/{test,examples}/**/*.spec.ts', `<rootDir>/src/{${HEAVY}}/**/*.spec.ts`],
      runner: '<rootDir>/test/support/serial-runner.js',
    },
  ],
  maxWorkers: Math.max(2, availableParallelism() - 1),
  testTimeout: 40_000,
  reporters: ['default', '<rootDir>/test/support/summary-reporter.js'],
};
