import { jest } from '@jest/globals';

// What speaks and is recognised at real time, and what starts processes and waits for them, depends on who else is at work on
// the machine: a telephone that was not served for 100 ms has heard a hole. Such a test is run once more; its first failure is
// printed, and the last lines name it. What needs neither has one try.
jest.retryTimes(1, { logErrorsBeforeRetry: true });
