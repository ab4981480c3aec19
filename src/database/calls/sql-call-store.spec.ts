import { callStoreContract, callStoreIn } from '../../../test/contract/call-store.contract.js';
import { openTestDatabase } from '../../../test/support/database.js';

callStoreContract('embedded', async () => callStoreIn(await openTestDatabase({ seed: false })));
