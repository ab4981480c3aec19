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

/** Before the "at" of a spoken mail address, and first names. */
export const MAIL_NAMES = words(
  'john, maria, anna, peter, paul, james, robert, michael, william, david, richard, joseph, thomas, charles, ' +
    'daniel, matthew, anthony, mark, steven, andrew, kevin, brian, george, edward, susan, linda, barbara, elizabeth, ' +
    'jennifer, patricia, karen, nancy, lisa, betty, margaret, sandra, ashley, kim, emily, donna, michelle, carol, ' +
    'amanda, laura, sarah, anne, alice, bob, tom, jane, jack, sam, max, alex, chris, julia, sophie, emma, olivia, oliver, ' +
    'lucas, martin, simon, frank, henry, kate, helen, diana, victor, oscar, peter smith, jane doe, john smith, info, ' +
    'support, sales, accounting, finance, billing, office, hello, team, reports, admin, help, contact',
);

/** After the "at". */
export const MAIL_HOSTS = words(
  'example, gmail, yahoo, hotmail, outlook, icloud, company, acme, mail, test, work, office, bank, parley, business',
);

/** After the "dot"; a repeated one is likelier. */
export const MAIL_ENDINGS = words('com, com, com, org, org, net, net, co, io, edu, gov, info');

/** That may come up in dates. */
export const YEARS = [2024, 2025, 2026, 2027];
