// Which of the pages is shown: by the fragment, so that the server has one document and nothing of it in its logs.
import { signal } from '@preact/signals';

export interface Route {
  readonly page: 'talk' | 'calls' | 'supervise';
  /** Of a call, where one is chosen. */
  readonly callSid?: string;
}

export const route = signal(read());

function read(): Route {
  const [page = '', callSid = ''] = location.hash.replace(/^#\/?/, '').split('/');
  if (page !== 'calls' && page !== 'supervise') return { page: 'talk' };
  return callSid === '' ? { page } : { page, callSid: decodeURIComponent(callSid) };
}

addEventListener('hashchange', () => {
  route.value = read();
});
