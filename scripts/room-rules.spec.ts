import { createRequire } from 'node:module';

interface Allowed {
  readonly all: readonly string[];
  readonly ports: readonly string[];
}
const { checkRooms, readRooms } = createRequire(import.meta.url)('./room-rules.cjs') as {
  readonly readRooms: (markdown: string) => Map<string, Allowed>;
  readonly checkRooms: (rooms: Map<string, Allowed>, folders: readonly string[]) => void;
};

const TABLE = `
| room        | owns      | may import          |
| ----------- | --------- | ------------------- |
| \`one/\`    | a thing   | \`two\`, \`three\`\\* |
| \`two/\`    | another   | no other            |
| \`three/\`  | a third   | \`two\`             |
`;

describe('the rules made of the table of rooms', () => {
  it('reads rooms, what they may import, and of what only the ports', () => {
    expect([...readRooms(TABLE)]).toEqual([
      ['one', { all: ['two'], ports: ['three'] }],
      ['two', { all: [], ports: [] }],
      ['three', { all: ['two'], ports: [] }],
    ]);
  });

  it.each([
    ['a folder without a row', TABLE, ['one', 'two', 'three', 'four'], /no row for the rooms four/],
    ['a row without a folder', TABLE, ['one', 'two'], /no folder of src: three/],
    [
      'a star that became emphasis',
      TABLE.replace('`three`\\*', '`three`_'),
      ['one', 'two', 'three'],
      /"`three`_" is neither/,
    ],
    ['an unknown room', TABLE.replace('`two`, ', '`five`, '), ['one', 'two', 'three'], /unknown rooms: five/],
    ['a circle, through ports too', TABLE.replace('no other', '`one`\\*'), ['one', 'two', 'three'], /one > two > one/],
  ])('refuses %s', (_what, table, folders, message) => {
    expect(() => checkRooms(readRooms(table), folders)).toThrow(message);
  });

  it('takes a table that is right', () => {
    expect(() => checkRooms(readRooms(TABLE), ['one', 'two', 'three'])).not.toThrow();
  });
});
