import type { SpeechDomain } from './domain.js';

const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, at) => from + at);
const words = (list: string): string[] => list.split(',').map((item) => item.trim());

/** What the demo's callers talk about: the seed data, the policy documents, and the names and places of small talk. */
export const DEFAULT_DOMAIN: SpeechDomain = {
  clientNumbers: range(5001, 5020),
  years: range(2024, 2027),
  categories: words(
    'groceries, dining, restaurants, travel, transport, transportation, fuel, gas, utilities, electricity, rent, housing, ' +
      'entertainment, health, healthcare, pharmacy, insurance, education, shopping, clothing, electronics, software, ' +
      'subscriptions, hotels, flights, taxis, office supplies, hardware, fees, refunds, transfers, salary, income, gifts, ' +
      'donations, coffee, food, phone, internet',
  ),
  topics: words(
    'refund, return, privacy, shipping, delivery, cancellation, dispute, chargeback, fee, fees, security, ' +
      'data retention, complaint, complaints, warranty, exchange, billing, payment, payments, late payment, overdraft, ' +
      'account closing, account closure, interest, transfer, limits, spending limit, fraud, password, verification, ' +
      'opening hours, support, support hours, terms of service, statement, foreign transaction, loyalty, rewards',
  ),
  pluralTopics: words(
    'refunds, returns, disputes, chargebacks, fees, transfers, payments, shipping, deliveries, cancellations, limits, ' +
      'statements, rewards, complaints, exchanges, lost cards, stolen cards, late payments, foreign transactions, ' +
      'verification, interest',
  ),
  places: words(
    'san francisco, london, paris, new york, new york city, los angeles, chicago, boston, seattle, houston, dallas, ' +
      'austin, denver, miami, atlanta, washington, philadelphia, phoenix, san diego, san jose, portland, las vegas, ' +
      'detroit, minneapolis, nashville, orlando, new orleans, toronto, montreal, vancouver, mexico city, berlin, munich, ' +
      'hamburg, frankfurt, vienna, zurich, geneva, amsterdam, brussels, madrid, barcelona, lisbon, rome, milan, athens, ' +
      'dublin, edinburgh, manchester, copenhagen, stockholm, oslo, helsinki, warsaw, prague, budapest, moscow, istanbul, ' +
      'cairo, nairobi, lagos, dubai, mumbai, delhi, bangkok, singapore, hong kong, shanghai, beijing, tokyo, ' +
      'seoul, sydney, melbourne, auckland, honolulu, california, texas, florida, france, germany, italy, spain, england, ' +
      'japan, china, india, brazil, canada, australia',
  ),
  mailNames: words(
    'john, maria, anna, peter, paul, james, robert, michael, william, david, richard, joseph, thomas, charles, ' +
      'daniel, matthew, anthony, mark, steven, andrew, kevin, brian, george, edward, susan, linda, barbara, elizabeth, ' +
      'jennifer, patricia, karen, nancy, lisa, betty, margaret, sandra, ashley, kim, emily, donna, michelle, carol, ' +
      'amanda, laura, sarah, anne, alice, bob, tom, jane, jack, sam, max, alex, chris, julia, sophie, emma, olivia, oliver, ' +
      'lucas, martin, simon, frank, henry, kate, helen, diana, victor, oscar, peter smith, jane doe, john smith, info, ' +
      'support, sales, accounting, finance, billing, office, hello, team, reports, admin, help, contact',
  ),
  mailHosts: words(
    'example, gmail, yahoo, hotmail, outlook, icloud, company, acme, mail, test, work, office, bank, parley, business',
  ),
  mailEndings: words('com, com, com, org, org, net, net, co, io, edu, gov, info'),
  agentNames: words('julia'),
  keyTerms: [],
  phrases: [],
};
