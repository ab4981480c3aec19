import { english } from '../../src/conversation/lexicon/en.js';

/** What a recogniser may listen for while a question for a yes or no is open. */
export const LIKELY = english('en-US').answers.usual;
