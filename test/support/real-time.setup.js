import { jest } from '@jest/globals';

// What is spoken and recognised at real time depends on who else is at work on the machine: a telephone that was not served
// for 100 ms has heard a hole. Such a test is run once more; its first failure is printed, and counted in the summary.
jest.retryTimes(1, { logErrorsBeforeRetry: true });
