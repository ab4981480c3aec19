import { callRecordsContract } from '../../../test/contract/call-records.contract.js';
import { callStoreContract, callStoreIn } from '../../../test/contract/call-store.contract.js';
import { openTestDatabase } from '../../../test/support/database.js';

callStoreContract('embedded', async () => callStoreIn(await openTestDatabase({ seed: false })));
callRecordsContract('embedded', () => openTestDatabase({ seed: false }));
