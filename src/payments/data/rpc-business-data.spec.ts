import { businessDataContract } from '../../../test/contract/business-data.contract.js';
import { transactionSelectionContract } from '../../../test/contract/transaction-selection.contract.js';
import { callerOf, openTestDatabase } from '../../../test/support/database.js';
import { SqlRpc } from '../../database/rpc/sql-rpc.js';
import { RpcBusinessData } from './rpc-business-data.js';

businessDataContract('embedded', async () => {
  const database = await openTestDatabase();
  return {
    data: new RpcBusinessData(new SqlRpc(database)),
    caller: callerOf,
    nobody: callerOf(''),
    close: () => database.close(),
  };
});

transactionSelectionContract('embedded', async () => {
  const database = await openTestDatabase();
  return {
    data: new RpcBusinessData(new SqlRpc(database)),
    caller: callerOf,
    database,
    close: () => database.close(),
  };
});
