// Words of everyday talk for the templates of everyday.ts.

const words = (list: string): readonly string[] => list.split(',').map((item) => item.trim());

/** In "the weather in ...". */
export const PLACES = words(
  'san francisco, london, paris, new york, new york city, los angeles, chicago, boston, seattle, houston, dallas, ' +
    'austin, denver, miami, atlanta, washington, philadelphia, phoenix, san diego, san jose, portland, las vegas, ' +
    'detroit, minneapolis, nashville, orlando, new orleans, toronto, montreal, vancouver, mexico city, berlin, munich, ' +
    'hamburg, frankfurt, vienna, zurich, geneva, amsterdam, brussels, madrid, barcelona, lisbon, rome, milan, athens, ' +
    'dublin, edinburgh, manchester, copenhagen, stockholm, oslo, helsinki, warsaw, prague, budapest, moscow, istanbul, ' +
    'cairo, nairobi, lagos, dubai, mumbai, delhi, bangkok, singapore, hong kong, shanghai, beijing, tokyo, ' +
    'seoul, sydney, melbourne, auckland, honolulu, california, texas, florida, france, germany, italy, spain, england, ' +
    'japan, china, india, brazil, canada, australia',
);

/** The most frequent of all: each is likelier than another. */
const USUAL_NAMES = words(
  'john, john, john, maria, anna, peter, paul, james, robert, michael, david, daniel, thomas, mary, sarah',
);

/** First names, also before the "at" of a spoken mail address: the most frequent of several generations. */
export const FIRST_NAMES = [
  ...USUAL_NAMES,
  ...USUAL_NAMES,
  ...words(
    'john, maria, anna, peter, paul, james, robert, michael, william, david, richard, joseph, thomas, charles, ' +
      'daniel, matthew, anthony, mark, steven, andrew, kevin, brian, george, edward, susan, linda, barbara, elizabeth, ' +
      'jennifer, patricia, karen, nancy, lisa, betty, margaret, sandra, ashley, kim, emily, donna, michelle, carol, ' +
      'amanda, laura, sarah, anne, alice, bob, tom, jane, jack, sam, max, alex, chris, julia, sophie, emma, olivia, oliver, ' +
      'lucas, martin, simon, frank, henry, kate, helen, diana, victor, oscar, ada, adam, amy, angela, ann, arthur, ben, ' +
      'bill, carl, carlos, catherine, charlotte, chloe, christine, claire, clara, dan, dave, dennis, dorothy, edith, ella, ' +
      'eric, erik, eva, felix, fiona, frances, fred, gary, grace, greg, hannah, harry, ian, irene, isabel, ivan, jacob, ' +
      'jason, jeff, jenny, jessica, jim, joe, jonas, jordan, judith, karl, katie, keith, ken, larry, lena, leo, lily, ' +
      'lucy, luis, luke, marcus, marie, mary, mia, mike, molly, natalie, nathan, nick, nina, noah, nora, patrick, paula, ' +
      'pat, philip, rachel, ralph, ray, rebecca, rita, roger, rosa, rose, roy, ruth, ryan, sally, samantha, sara, scott, ' +
      'sean, sofia, stella, steve, stuart, teresa, tim, tina, tony, ursula, vera, vincent, walter, wendy',
  ),
];

/** Family names: the most frequent of English-speaking countries. */
export const LAST_NAMES = words(
  'smith, johnson, williams, brown, jones, garcia, miller, davis, rodriguez, martinez, hernandez, lopez, gonzalez, ' +
    'wilson, anderson, thomas, taylor, moore, jackson, martin, lee, perez, thompson, white, harris, sanchez, clark, ' +
    'ramirez, lewis, robinson, walker, young, allen, king, wright, scott, torres, nguyen, hill, flores, green, adams, ' +
    'nelson, baker, hall, rivera, campbell, mitchell, carter, roberts, gomez, phillips, evans, turner, diaz, parker, ' +
    'cruz, edwards, collins, reyes, stewart, morris, morales, murphy, cook, rogers, gutierrez, ortiz, morgan, cooper, ' +
    'peterson, bailey, reed, kelly, howard, ramos, kim, cox, ward, richardson, watson, brooks, chavez, wood, bennett, ' +
    'gray, mendoza, ruiz, hughes, price, alvarez, castillo, sanders, patel, myers, long, ross, foster, jimenez, powell, ' +
    'jenkins, perry, russell, sullivan, bell, coleman, butler, henderson, barnes, fisher, simmons, graham, hamilton, ' +
    'west, cole, hunt, stone, rice, black, grant, fox, rose, ryan, singh, khan, shah, ' +
    'chan, chen, wang, li, lin, marsh, field, fields, hayes, dean, berg, klein, meyer, schmidt, weber',
);

/** Whoever reads what is sent to a department. */
export const MAIL_ROLES = words(
  'info, support, sales, accounting, accounts, finance, billing, office, hello, team, reports, admin, help, contact, ' +
    'audit, books, bookkeeping, claims, desk, family, home, invoices, mail, management, orders, payments, payroll, post, ' +
    'records, risk, service, shop, tax, travel, work',
);

/** Initials, as the dictionary has them. */
export const INITIALS = 'a b c d e f g h i j k l m n o p q r s t u v w x y z'.split(' ');

/** After the "at". */
export const MAIL_HOSTS = words(
  'example, example, example, example, gmail, yahoo, hotmail, outlook, icloud, company, acme, mail, test, work, office, bank, parley, business',
);

/** After the "dot"; a repeated one is likelier. */
export const MAIL_ENDINGS = words(
  'com, com, com, com, com, com, org, org, org, net, net, net, edu, gov, info, example, example, io, co, co dot uk, de, eu, us, ca',
);

/** That may come up in dates. */
export const YEARS = [2024, 2025, 2026, 2027];
