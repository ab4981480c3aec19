import { setPriority, constants } from 'node:os';

// With what the lanes beside it leave of the machine.
setPriority(constants.priority.PRIORITY_LOW);
