import { readFileSync } from 'node:fs';

export interface Instruction {
  /** In capitals. */
  readonly name: string;
  /** `--from=build` and the like, by name. */
  readonly flags: Readonly<Record<string, string>>;
  /** Words; of an instruction in JSON form, its items. */
  readonly words: readonly string[];
}

export interface Stage {
  readonly image: string;
  readonly name: string | undefined;
  readonly instructions: readonly Instruction[];
}

/** The stages of a Dockerfile, without what only a shell understands. */
export function readDockerfile(path = 'Dockerfile'): readonly Stage[] {
  const text = readFileSync(path, 'utf8')
    .replaceAll(/^#.*\n/gm, '')
    .replaceAll('\\\n', ' ');
  const stages: { image: string; name: string | undefined; instructions: Instruction[] }[] = [];
  for (const line of text.split('\n').filter((each) => each.trim() !== '')) {
    const instruction = parse(line);
    const { name, words } = instruction;
    if (name === 'FROM') stages.push({ image: words[0] ?? '', name: words[2], instructions: [] });
    else stages.at(-1)?.instructions.push(name === 'ENV' ? withArguments(instruction, stages.at(-1)) : instruction);
  }
  return stages;
}

/** What `ENV A=$B` is where nobody gives the build another `B` than `ARG` does. */
function withArguments({ words, ...instruction }: Instruction, stage: Stage | undefined): Instruction {
  const usual = new Map(
    given(stage, 'ARG').map(([word = '']) => {
      const [name = '', value = ''] = word.split('=');
      return [name, value.replaceAll('"', '')];
    }),
  );
  const filled = words.map((word) => word.replaceAll(/\$(\w+)/g, (all, name: string) => usual.get(name) ?? all));
  return { ...instruction, words: filled };
}

/** What an instruction of a stage was given, each time that it is there. */
export const given = (stage: Stage | undefined, name: string): readonly (readonly string[])[] =>
  stage?.instructions.filter((instruction) => instruction.name === name).map(({ words }) => words) ?? [];

function parse(line: string): Instruction {
  const [name = '', ...rest] = line.trim().split(/\s+/);
  const flags: Record<string, string> = {};
  while (rest[0]?.startsWith('--') === true) {
    const [flag = '', value = ''] = (rest.shift() ?? '').slice(2).split('=');
    flags[flag] = value;
  }
  const json = rest.join(' ').replace(/^CMD /, '');
  const words = json.startsWith('[') ? (JSON.parse(json) as string[]) : rest;
  return { name: name.toUpperCase(), flags, words };
}
