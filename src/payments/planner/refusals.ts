// What callers of a payments company ask for and none of its tools can tell or do. Said before any number: whoever asks what
// is left in an account must not hear what was spent.
import type { Planner } from '../../llm/plan.port.js';

/** Beyond whatever speaks for a tool in the same words. */
const SURE = 30;

const refusal = (say: string, ...cues: readonly string[]) => ({
  cues: [[SURE, ...cues]] as const,
  say: `I am sorry, ${say}`,
});

/** With these cues it is something else. */
const unless = ({ cues, say }: ReturnType<typeof refusal>, ...others: readonly string[]) => ({
  cues: [...cues, [-SURE, ...others] as const],
  say,
});

export const REFUSALS: NonNullable<Planner['refusals']> = [
  unless(
    refusal(
      "I can't see how many clients there are, nor list or compare all of them. I can look up the transactions of one that you name.",
      'how many clients|customers',
      'number of clients|customers',
      'list|show|name all|my|our|the|your clients|customers $',
      'list|show|name me all|my|our|the|your clients|customers $',
      'which|what clients|customers do|are|have',
      'who are my|our|the clients|customers',
      'which|who|what of my|our|the|your clients|customers',
      '^ who spent|spends|paid|bought|has|had',
      'which|what client|customer|of spent|spends|paid|pays|bought|buys|has|had|is|was|got|made',
      'best|top|biggest|largest|highest client|clients|customer|customers|spender|spenders',
      'client|customer with the',
      'across|over|between|among all my|our|the|of clients|customers',
    ),
    // "Who spent more, Ada or Marcus?"
    '#client',
  ),
  unless(
    refusal(
      "I can't see the balance of an account, only its transactions.",
      'account|current|available|bank|remaining|outstanding balance',
      '!running balance of|on|in|for the|his|her|their|client|#client|account',
      'is|s balance',
      'left|remaining in|on the|his|her|their|my|#client account',
      'balance right|now|today',
      'have|has|got in|on the|his|her|their|my|#client account',
      'money does|do #client|he|she|they|client have',
    ),
    // How it ran can be drawn.
    'chart|charts|graph|graphs|plot|curve|draw|diagram',
  ),
  refusal(
    "I can't look ahead: I know only what has been booked.",
    'forecast*|predict*|projection*|projected|extrapolate*',
    'at this rate',
    'is|are|am going to|gonna spend|pay|cost|buy|be|end',
    'going to spend|pay|buy|cost',
    'will * spend|pay|buy|cost|need',
    'will * * spend|pay|buy|cost|need',
    'will end up',
  ),
  refusal(
    "I can't see who approved a transaction.",
    'who approved|authorised|authorized|okayed|signed|confirmed|requested|entered|booked',
    'signed off',
    'gave|given|give the okay|ok|approval|go',
  ),
  unless(
    refusal(
      "I can't see at what time of day something was paid, only the day.",
      'time of day',
      'morning|mornings or evening|evenings|afternoon|night',
      'what|which hour|hours',
    ),
    // Theirs are in a document.
    'you|your|open|opens|opening|close|closes|closing|closed|office|desk|line',
  ),
  refusal(
    "I can't see how something was paid, or with which card.",
    'visa|mastercard|amex|paypal',
    'debit|credit card or',
    'by|with|in cash or',
    'payment|pay method|methods',
    'which card',
    'with|using his|her|their phone|watch|card|wallet|#category',
  ),
  refusal(
    "I can't move money: I can only tell you what was booked.",
    'move|wire #amount',
    'transfer|transfers #amount',
    'pay|send|wire|give #amount to|from|over',
    'refund #amount to|from|for|back',
    'pay|send|wire|give|transfer him|her|them #amount',
  ),
  refusal(
    "I don't have the contact details of clients.",
    'phone|telephone|mobile|cell|#category number',
    'home|postal|street|mailing address',
    'date of birth',
    'how old is',
    'where does|do #client|he|she|they live',
  ),
];
