// What the keyless planner reads of this restaurant.
import type { Planner } from '../../src/llm/plan.port.js';
import { bookTablePlan } from './book-table/book-table.plan.js';
import { checkTablePlan } from './check-table/check-table.plan.js';
import { SLOTS } from './slots.js';

export const BOOKINGS_PLANNER: Planner = {
  slots: SLOTS,
  tools: [bookTablePlan, checkTablePlan],
  usual: 'check_table',
  verbs: ['book', 'reserve'],
};
