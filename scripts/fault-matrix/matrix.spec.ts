import { readMatrix, renderMatrix } from './matrix.mjs';
import type { TestReport } from './matrix.mjs';

const report = (...tests: [status: string, ...names: string[]][]): TestReport => ({
  testResults: [
    {
      assertionResults: tests.map(([status, ...names]) => ({
        ancestorTitles: names.slice(0, -1),
        title: names.at(-1) ?? '',
        status,
      })),
    },
  ],
});

describe('the fault matrix', () => {
  it('takes its rows from the names of tests, however they are nested', () => {
    expect(
      readMatrix(
        report(
          ['passed', 'fault matrix', 'llm openai', 'stall › mid-stream: timeout, may be tried again'],
          ['passed', 'deepgram', 'fault matrix › stt deepgram › 401 › connect: unauthorized: not tried again'],
          ['failed', 'fault matrix', 'llm openai', 'stall', 'first byte: timeout'],
          ['pending', 'fault matrix', 'llm openai', 'reset › connect: unavailable'],
          ['passed', 'another suite', 'stall › mid-stream: timeout'],
          ['passed', 'fault matrix', 'llm openai', 'a name of another form'],
        ),
      ),
    ).toEqual([
      {
        adapter: 'llm openai',
        fault: 'stall',
        phase: 'mid-stream',
        outcome: 'timeout, may be tried again',
        passed: true,
      },
      {
        adapter: 'stt deepgram',
        fault: '401',
        phase: 'connect',
        outcome: 'unauthorized: not tried again',
        passed: true,
      },
      { adapter: 'llm openai', fault: 'stall', phase: 'first byte', outcome: 'timeout', passed: false },
    ]);
  });

  it('is a table for each adapter, with the phases in their order', () => {
    const page = renderMatrix(
      readMatrix(
        report(
          ['passed', 'fault matrix', 'tts b', 'reset › mid-stream: the rest is spoken'],
          ['passed', 'fault matrix', 'llm a', 'stall › mid-stream: timeout'],
          ['passed', 'fault matrix', 'llm a', 'a | b › while draining: nothing'],
          ['failed', 'fault matrix', 'llm a', 'stall › connect: timeout'],
        ),
      ),
    );
    expect(page.slice(page.indexOf('## '))).toBe(
      [
        '## llm a',
        '',
        '| Fault | connect | mid-stream | while draining |',
        '| --- | --- | --- | --- |',
        '| stall | **failed:** timeout | timeout |  |',
        '| a \\| b |  |  | nothing |',
        '',
        '## tts b',
        '',
        '| Fault | mid-stream |',
        '| --- | --- |',
        '| reset | the rest is spoken |',
        '',
      ].join('\n'),
    );
  });
});
