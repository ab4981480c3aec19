// Who may import whom, read from the table of rooms in docs/architecture.md: the page and the build cannot disagree.
const { readFileSync, readdirSync } = require('node:fs');
const path = require('node:path');

const root = path.join(__dirname, '..');
/** Not rooms: code that is made by a program. */
const NOT_ROOMS = new Set(['generated']);

/**
 * The rows `| `room/` | owns | may import |`. In the last column `` `other` `` allows all of another room, `` `other`\* ``
 * its ports only (`*.port.ts`); a star without its backslash would be made emphasis of by the formatter.
 * @returns {Map<string, { all: string[], ports: string[] }>}
 */
function readRooms(markdown) {
  const rooms = new Map();
  for (const line of markdown.split('\n')) {
    const row = /^\| `([a-z]+)\/`\s*\|[^|]*\|([^|]*)\|$/.exec(line.trim());
    if (row === null) continue;
    const allowed = { all: [], ports: [] };
    for (const item of row[2].split(',').map((text) => text.trim())) {
      const [, name, star] = /^`([a-z]+)`(\\\*)?$/.exec(item) ?? [];
      if (name !== undefined) allowed[star === undefined ? 'all' : 'ports'].push(name);
      else if (item !== 'no other')
        throw new Error(`docs/architecture.md: "${item}" is neither \`room\` nor \`room\`\\*.`);
    }
    rooms.set(row[1], allowed);
  }
  return rooms;
}

/** Throws with a sentence when the table names too few rooms, too many, or a circle. */
function checkRooms(rooms, folders) {
  const missing = folders.filter((folder) => !rooms.has(folder));
  const gone = [...rooms.keys()].filter((room) => !folders.includes(room));
  const unknown = [...rooms.values()]
    .flatMap(({ all, ports }) => [...all, ...ports])
    .filter((room) => !rooms.has(room));
  if (missing.length > 0) throw new Error(`docs/architecture.md has no row for the rooms ${missing.join(', ')}.`);
  if (gone.length > 0)
    throw new Error(`docs/architecture.md has rows for what is no folder of src: ${gone.join(', ')}.`);
  if (unknown.length > 0)
    throw new Error(`docs/architecture.md allows imports of unknown rooms: ${unknown.join(', ')}.`);
  const circle = findCircle(rooms);
  if (circle !== undefined)
    throw new Error(`The rooms of docs/architecture.md import each other: ${circle.join(' > ')}.`);
}

function findCircle(rooms) {
  const done = new Set();
  const visit = (room, path) => {
    if (path.includes(room)) return [...path.slice(path.indexOf(room)), room];
    if (done.has(room)) return undefined;
    const { all, ports } = rooms.get(room);
    for (const next of [...all, ...ports]) {
      const circle = visit(next, [...path, room]);
      if (circle !== undefined) return circle;
    }
    done.add(room);
    return undefined;
  };
  for (const room of rooms.keys()) {
    const circle = visit(room, []);
    if (circle !== undefined) return circle;
  }
  return undefined;
}

function ruleOf(room, { all, ports }) {
  return {
    name: `room-${room}`,
    comment: 'The table of rooms in docs/architecture.md.',
    severity: 'error',
    from: { path: `^src/${room}/`, pathNot: '\\.spec\\.ts$' },
    to: {
      path: '^src/',
      pathNot: [
        `^src/${room}/`,
        '^src/generated/',
        ...all.map((other) => `^src/${other}/`),
        ...ports.map((other) => `^src/${other}/.*\\.port\\.ts$`),
      ],
    },
  };
}

/** dependency-cruiser's rules, one a room. Throws when the table is wrong. */
function roomRules() {
  const rooms = readRooms(readFileSync(path.join(root, 'docs', 'architecture.md'), 'utf8'));
  const folders = readdirSync(path.join(root, 'src'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !NOT_ROOMS.has(entry.name))
    .map(({ name }) => name);
  checkRooms(rooms, folders);
  return [...rooms].map(([room, allowed]) => ruleOf(room, allowed));
}

module.exports = { checkRooms, readRooms, roomRules };
