// A restaurant that takes bookings by telephone: a second business, made without a change outside of this folder.
import type { Business } from '../../src/business/business.js';
import { bookTableTool } from './book-table/book-table.tool.js';
import { checkTableTool } from './check-table/check-table.tool.js';
import { BOOKINGS_PLANNER } from './planner.js';
import { SPEECH } from './speech.js';
import { Tables } from './tables.js';

const bookings: Business = {
  name: 'bookings',
  agent: 'rosa',
  example: 'Do you have a table for four on Friday at seven?',
  tools: ['check_table', 'book_table'],
  speech: SPEECH,
  planner: BOOKINGS_PLANNER,
  open() {
    const tables = new Tables();
    return { tools: [checkTableTool(tables), bookTableTool(tables)] };
  },
};

export default bookings;
