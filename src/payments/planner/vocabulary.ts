// Words with which callers speak of transactions and which say nothing about which of them are meant.
import { isContentWord, isFiller } from '../../spoken/words.js';

/** They are neither filters nor names. */
export const FILLER: readonly string[] = (
  'transaction transactions translations transition transitions transmissions purchase purchases purchasers payment payments ' +
  'expense expenses expenditure expenditures spend spends spent spending spended spendings expended buy buys bought buying pay pays paid paying ' +
  'entry entries item items row rows booking bookings booked charge charges charged activity history statement statements ' +
  'record records account accounts money cash dollar dollars bucks usd amount amounts cost costs costing bill bills billed ' +
  'client clients customer customers user id category categories month months merchant merchants store stores shop shops ' +
  'vendor vendors place places retailer ticket tickets visit visits visited order orders ordered receipt receipts ' +
  'stuff day days divided mailed emailed period date dates made make makes making done blow blew went gone go goes use uses using file filed ' +
  'total totals sum average chart charts graph graphs report reports list lists table mail email summary results breakdown ' +
  'shopped times time altogether overall ' +
  'outgoings outlay outlays through laid gave set summed added told ' +
  'went came ran run included include includes involving worth value values count number numbers figure figures ' +
  'fewer said meant suppose spose reckon guess whole entire another leave leaves leaving worst ta cheers less together combined respectively separately individually side next against versus vs compare compared comparison difference'
).split(' ');

const KNOWN = new Set(FILLER);

/** Ways to qualify a transaction that are nobody's name: they are said back, and not looked for. */
const NO_NAME =
  /^(?:(?:mon|tues|wednes|thurs|fri|satur|sun)days|weekends?|weekdays?|days?|weeks?|months?|quarters?|years?|mornings?|evenings?|afternoons?|nights?|noon|midnight|lunch|lunchtime|hours?|minutes?|o|clock|opening|euros?|pounds?|sterling|francs?|yen|pesos?|cards?|cheques?|check|cash|online|abroad|overseas|foreign|international|domestic|pending|recurring|regular|private|personal|business|declined|failed|cancelled|canceled|disputed|suspicious|daily|weekly|monthly|hourly|yearly|quarterly|rush|hurry|birthdays?|christmas|holidays?|time|times|after|curiosity|single|taken|left|struck|removed|kept|thrown|pushed)$/;

/** Whether the word may belong to a name: of somebody, of a shop, of whatever else is meant. */
export const mayName = (word: string): boolean =>
  word !== '' &&
  word !== '~' &&
  !word.startsWith('#') &&
  isContentWord(word) &&
  !isFiller(word) &&
  !KNOWN.has(word) &&
  !NO_NAME.test(word);
