import TestRunner from 'jest-runner';

/** Jest's own runner, one test file after another, in Jest's process. */
export default class SerialRunner extends TestRunner {
  isSerial = true;
}
