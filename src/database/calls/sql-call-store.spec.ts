import { callStoreContract } from '../../../test/contract/call-store.contract.js';
import { openTestDatabase } from '../../../test/support/database.js';
import { SqlCallStore } from './sql-call-store.js';

callStoreContract('embedded', async () => {
  const database = await openTestDatabase({ seed: false });
  return { store: new SqlCallStore(database), close: () => database.close() };
});
