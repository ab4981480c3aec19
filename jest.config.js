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
  moduleNameMapper: {
    '^fast-check$': '<rootDir>/test/support/fast-check.js',
    '^(\\.{1,2}/(?!.*node_modules).*)\\.js$': '$1',
  },
  transform: { '^.+\\.ts$': '@swc/jest' },
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/.parley/'],
};

/** Folders whose specs start processes and databases. */
const SERVERS = ['src/database', 'src/payments/data', 'src/documents', 'src/doctor', 'src/transcription', 'test'];
/** Folders whose specs hear and speak, which takes a processor. */
const HEARING = ['src/stt/pocketsphinx', 'src/flite', 'examples'];
/** The same, at real time and no slower. */
const REAL_TIME = ['test/realtime'];
/** Folders whose specs mostly wait, and mind who else is at work: for vendors' pace, for processes that stop and come back. */
const WAITING = ['src/stt', 'test/waiting'];

const SECOND_TRY = '<rootDir>/test/support/second-try.setup.js';
const BASELINE_WASM = '<rootDir>/test/support/baseline-wasm.setup.ts';

const specsIn = (folders) => folders.map((folder) => `<rootDir>/${folder}/**/*.spec.ts`);
const without = (folders) => ['/node_modules/', ...folders.map((folder) => `<rootDir>/${folder}/`)];

export default {
  projects: [
    // Side by side.
    {
      ...project,
      displayName: 'units',
      testMatch: specsIn(['src', 'client', 'bench', 'eval', 'scripts']),
      testPathIgnorePatterns: without([...SERVERS, ...REAL_TIME, ...HEARING, ...WAITING]),
      setupFiles: [BASELINE_WASM],
    },
    {
      ...project,
      displayName: 'servers',
      testMatch: specsIn(SERVERS),
      testPathIgnorePatterns: without([...REAL_TIME, ...HEARING, ...WAITING]),
      setupFiles: [BASELINE_WASM],
      setupFilesAfterEnv: [SECOND_TRY],
    },
    // The first of these beside the other two, each one file after the other (lanes-runner.js).
    {
      ...project,
      displayName: 'real time',
      testMatch: specsIn(REAL_TIME),
      setupFilesAfterEnv: [SECOND_TRY],
      runner: '<rootDir>/test/support/lanes-runner.js',
    },
    {
      ...project,
      displayName: 'hearing',
      testMatch: specsIn(HEARING),
      setupFilesAfterEnv: [SECOND_TRY],
      runner: '<rootDir>/test/support/lanes-runner.js',
    },
    {
      ...project,
      displayName: 'waiting',
      testMatch: specsIn(WAITING),
      testPathIgnorePatterns: without([...REAL_TIME, ...HEARING]),
      setupFiles: [BASELINE_WASM],
      setupFilesAfterEnv: [SECOND_TRY],
      runner: '<rootDir>/test/support/lanes-runner.js',
    },
  ],
  maxWorkers: Math.max(2, availableParallelism() - 1),
  // V8 of Node 24 has aborted processes that had made and freed many WebAssembly instances, such as embedded databases:
  // workers are replaced before they have.
  workerIdleMemoryLimit: '700MB',
  testTimeout: 40_000,
  reporters: ['default', '<rootDir>/test/support/summary-reporter.js'],
};
