// What people are called for short: the beginning of the name ("Sam"), or a form of its own ("Bob").

/** Each short form, and the names that it stands for. */
const SHORT: Readonly<Record<string, string>> = {
  andy: 'andrew',
  becky: 'rebecca',
  beth: 'elizabeth',
  betty: 'elizabeth',
  bill: 'william',
  billy: 'william',
  bob: 'robert',
  bobby: 'robert',
  charlie: 'charles charlotte',
  chuck: 'charles',
  danny: 'daniel',
  dick: 'richard',
  eddie: 'edward edwin',
  gene: 'eugene',
  hank: 'henry',
  harry: 'harold henry',
  jack: 'john',
  jenny: 'jennifer',
  jim: 'james',
  jimmy: 'james',
  joe: 'joseph',
  joey: 'joseph',
  johnny: 'john',
  kate: 'katherine catherine kathryn',
  kathy: 'katherine catherine kathryn',
  katie: 'katherine catherine kathryn',
  larry: 'lawrence laurence',
  liz: 'elizabeth',
  lizzie: 'elizabeth',
  maggie: 'margaret',
  meg: 'margaret megan',
  mike: 'michael',
  molly: 'mary',
  nancy: 'anne',
  nick: 'nicholas nicolas',
  peggy: 'margaret',
  polly: 'mary',
  rick: 'richard frederick',
  ricky: 'richard',
  rob: 'robert',
  sally: 'sarah',
  sammy: 'samuel samantha',
  sandy: 'alexander alexandra sandra',
  steve: 'stephen steven',
  sue: 'susan suzanne',
  ted: 'edward theodore',
  teddy: 'edward theodore',
  tina: 'christina',
  tom: 'thomas',
  tommy: 'thomas',
  tony: 'anthony',
  vicky: 'victoria',
  will: 'william',
};

/** The fewest letters in which the beginning of a name is one that people go by. */
const FEWEST = 3;

/** Whether the one is the other for short. Both in plain lower-case letters. */
export const isShortFor = (short: string, name: string): boolean =>
  short !== name &&
  ((short.length >= FEWEST && name.startsWith(short)) ||
    (Object.hasOwn(SHORT, short) && (SHORT[short] ?? '').split(' ').includes(name)));
