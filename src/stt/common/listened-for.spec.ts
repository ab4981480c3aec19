import { listenedFor } from './listened-for.js';

it('takes names of each kind in turn behind the terms of the agent, as many as a vendor takes', () => {
  const vocabulary = { client: ['Ada Park', 'Ada'], merchant: ['Harbor Hotel', 'Acme', 'Fuel Stop'] };
  expect(listenedFor({ keyTerms: ['Acme'], vocabulary: () => vocabulary })).toEqual([
    'Acme',
    'Ada Park',
    'Harbor Hotel',
    'Ada',
    'Fuel Stop',
  ]);
  expect(listenedFor({ keyTerms: ['Acme'], vocabulary: () => undefined })).toEqual(['Acme']);
  expect(listenedFor({ keyTerms: ['Acme'] })).toEqual(['Acme']);
  const many = { client: Array.from({ length: 500 }, (_, n) => `Client ${n}`) };
  expect(listenedFor({ keyTerms: [], vocabulary: () => many }).join('').length).toBeLessThanOrEqual(1000);
});
