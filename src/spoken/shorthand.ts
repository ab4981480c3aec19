// How people write who are in a hurry: signs and joined words, read before a text is cut into words, and short forms of words.

/** What stands for words, in lower-case text. */
export const SHORTHAND: readonly (readonly [RegExp, string])[] = [
  [/\bw\/o\b/g, 'without'],
  [/\bb\/w\b/g, 'between'],
  [/\bw\/(?=\s?\p{L})/gu, 'with '],
  [/\bw (?=(?:the|my|his|her|their|our|it|this|that)\b)/g, 'with '],
  [/ [&+] /g, ' and '],
  [/(?<![\p{L}\d])#\s?(?=of\b)|\bno\.\s(?=of\b)/gu, 'number '],
  [/[≥>]=?\s?(?=\$?\d)/g, ' over '],
  [/[≤<]=?\s?(?=\$?\d)/g, ' under '],
  // "75,50" has cents, as half the world writes them; "1,234" has thousands.
  [/(?<![\d.,])(\d+),(\d{2})(?![\d,])/g, '$1.$2'],
  [/(?<=\$\d{1,3})k\b|(?<=\b\d{1,3})k\b(?! )/g, '000'],
  [/\b(\d{1,2})(mths?|mos?|wks?|yrs?|days?|months?|weeks?|years?)\b/g, '$1 $2'],
  [/\b(by|per|each) cats?\b/g, '$1 category'],
  [/\b(did|does|is|was|has|have|had|could|would|should|are|were)nt\b/g, '$1 not'],
  [/\b(that|he|she|where|how|who)s\b/g, '$1 is'],
  [/\bim\b/g, 'i am'],
  [/\bive\b/g, 'i have'],
  [/\b(?:y'all|yall)\b/g, 'you all'],
  [/\bgotta\b/g, 'have to'],
  [/\bgimme\b/g, 'give me'],
  [/\blemme\b/g, 'let me'],
  [/\b(last|past|previous|this|next) weak\b/g, '$1 week'],
];

const table = (rows: string): ReadonlyMap<string, string> =>
  new Map(rows.split(', ').map((row) => row.split(' ') as [string, string]));

/** Short forms, and misspelt words that are too short to be told from others. */
export const SHORT_FORMS: ReadonlyMap<string, string> = table(
  'abt about, abv above, accts accounts, acct account, amt amount, amts amounts, approx about, avg average, b4 before, ' +
    'bc because, btwn between, cos because, cust client, cuz because, evry every, excl excluding, fav favourite, incl including, ' +
    'meny many, mos months, mth month, mths months, n and, nope no, nah no, pls please, plz please, ' +
    'pmt payment, pmts payments, ppl people, prev previous, purch purchases, qtr quarter, qtrs quarters, r are, rn now, ' +
    'soz sorry, sry sorry, stmt statement, stmts statements, tks thanks, tdy today, thx thanks, tot total, trans transactions, ' +
    'trx transactions, ttl total, ty thanks, txn transaction, txns transactions, tx thanks, u you, ur your, ' +
    'wat what, wk week, wks weeks, wud would, cud could, ya yes, yday yesterday, yest yesterday, yr year, yrs years, thier their, ' +
    'wich which, wen when, wher where',
);
