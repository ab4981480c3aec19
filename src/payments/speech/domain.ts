// What a payments company's callers talk about, for the local recogniser: the seed data and the policy documents.
import type { SpeechDomain } from '../../stt/domain.port.js';
import { SECTIONS } from './templates.js';

const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, at) => from + at);
/** Of a comma-separated text. */
const list = (lines: string): readonly string[] => lines.split(',').map((item) => item.trim().replaceAll(/\s+/g, ' '));

export const SPEECH: SpeechDomain = {
  sections: SECTIONS,
  numbers: {
    id: range(5001, 5020),
    // Clients that do not exist, so that asking for one is heard as it was said.
    otherid: [1001, 1234, 4999, 5000, 5021, 5025, 5050, 5099, 5100, 5555, 6001, 7000, 9000, 9999],
  },
  keyTerms: [],
  names: ['client', 'merchant'],
  slots: {
    agent: ['julia'],
    detail: ['{client}', '{month}', '{category}'],
    deed: ['send it', 'send them', 'send that'],
    category: list(
      'groceries, dining, restaurants, travel, transport, transportation, fuel, gas, utilities, electricity, rent, housing, ' +
        'entertainment, health, healthcare, pharmacy, insurance, education, shopping, clothing, electronics, software, ' +
        'subscriptions, hotels, flights, taxis, office supplies, hardware, fees, refunds, transfers, salary, income, gifts, ' +
        'donations, coffee, food, phone, internet',
    ),
    topic: list(
      'refund, return, privacy, shipping, delivery, cancellation, dispute, chargeback, fee, fees, security, ' +
        'data retention, complaint, complaints, warranty, exchange, billing, payment, payments, late payment, overdraft, ' +
        'account closing, account closure, interest, transfer, limits, spending limit, fraud, password, verification, ' +
        'opening hours, support, support hours, terms of service, statement, foreign transaction, loyalty, rewards',
    ),
    topics: list(
      'refunds, returns, disputes, chargebacks, fees, transfers, payments, shipping, deliveries, cancellations, limits, ' +
        'statements, rewards, complaints, exchanges, lost cards, stolen cards, late payments, foreign transactions, ' +
        'verification, interest',
    ),
    client:
      list(`client {id}, client {id}, client {id}, client {id}, client number {id}, customer {id}, account {id}, {id},
    client {otherid}, {client name}, {client name}, {client name}, {client name}, {client name}, {client name},
    {client name}`),
    owner: list("{client name}'s, {client name}'s, {client name}'s, client {id}'s, {id}'s, his, her, their"),
    who: list('he, she, they, {client}, {client}, {client}, {client}'),
    shop: list('{merchant name}, {merchant name}, {merchant name}, {merchant name}, the {merchant name}'),
    about:
      list(`on {category}, on {category}, for {category}, in {category}, at {shop}, at {shop}, with {shop}, to {shop},
    from {shop}, by {shop}, on {category} and {category}, on {category} or {category}`),
    amounts: list(`over {money}, above {money}, under {money}, below {money}, more than {money}, less than {money},
    between {small} and {money}, between {money} and {money}, at least {money}, of more than {money}`),
    money:
      list(`{tens} dollars, {tens} dollars, {hundreds} dollars, {hundreds} dollars, a thousand dollars, {tens}, {hundreds},
    {tens} bucks`),
    tens: list(
      'five, ten, fifteen, twenty, twenty five, thirty, forty, fifty, sixty, seventy, seventy five, eighty, ninety',
    ),
    hundreds:
      list(`a hundred, one hundred, a hundred and fifty, one hundred and fifty, two hundred, two hundred fifty, three hundred,
    four hundred, five hundred, six hundred, eight hundred, nine hundred, one thousand, two thousand`),
    best: list(`biggest, biggest, largest, largest, smallest, smallest, latest, newest, oldest, first, last, most recent,
    most expensive, cheapest, highest, lowest, top, very first, very last`),
    lead: list(`tell me, please tell me, hello {agent}, hi {agent}, hey {agent}, good morning, hi {agent} can you tell me,
    can you tell me, could you tell me, do you know, i need to know, i want to know, i would like to know, okay, um, uh, and,
    then tell me, fine then tell me, so, please`),
    thing: list('{transaction}, {transaction}, {transaction}, {category} {transaction}, thing, item, one, refund'),
    sum: list(
      'total, total, sum, amount, average, average {transaction}, total amount, number of {transactions}, refund total',
    ),
    group: list('month, month, category, category, merchant, merchant, shop, day, week'),
    grouped:
      list(`by {group}, by {group}, per {group}, month by month, day by day, split by {group}, broken down by {group},
    by {group} please`),
    tail: list(`please, please, in total, altogether, all together, all in all, in all, just the sum, the total please,
    just the total, the total, how much was it, how many were there, which was more, for me`),
    back: list(`without refunds, without the refunds, not counting refunds, leaving refunds aside, leaving out refunds,
    leaving the refunds out, excluding refunds, ignoring refunds, leave the refunds out, refunds not included, only refunds`),
    recent: ['recent', 'latest', 'last'],
    transactions: list('transactions, transactions, transactions, purchases, payments, charges, expenses'),
    transaction: list('transaction, transaction, purchase, payment, charge, expense'),
    mailing: list('send, send, send, email, email, mail, forward, {polite} (send|email|mail|forward)'),
    those: list(
      'those, those, these, them, them, that, that, this, it, it, the, everything, all of them, all of those',
    ),
    errand: list(`get a refund, return something, open a dispute, dispute a {transaction}, cancel, cancel my account,
    close my account, close an account, make a complaint, change my address, change my password, reset my password,
    report a lost card, report fraud, get my money back, raise my limit, raise the limit, contact support,
    return a product, get (a|the) {chart} of {category} for {client}`),
    drawing: list(`generate, generate, draw, draw, make, create, show, plot, give, build, i want, i need, i would like,
    can you (draw|make|generate|create), please (draw|make|generate|create), can i (get|have|see)`),
    chart: list('chart, chart, chart, graph, diagram'),
    chartkind: list('bar, bar, pie, pie, line, line, spending, monthly, category, transaction'),
    yes: list(`yes, yes, yes please, yes please, yeah, yep, sure, okay, go ahead, yes go ahead, please do, do it, correct,
    that is correct, that is right, that's right, right, exactly, absolutely, of course, sounds good, yes that is right,
    yes send it, yes do it, send it, confirm, i confirm, please`),
    no: list(`no, no, no thanks, no thank you, nope, no no, not now, not yet, please don't, do not do that, don't do that,
    don't send it, no don't, no wait, that is wrong, wrong`),
  },
};
