import { unknownClient } from './client.js';

it('never says whether a client exists', () => {
  expect(JSON.stringify(unknownClient(5019))).not.toMatch(/exist|permission|other|allowed/);
});
