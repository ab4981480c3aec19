import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AgentFiles, AgentFilesError, parseAgent } from './agent-files.js';
import { agentSchema } from './agent.schema.js';
import { disclosureIn } from './disclosure.js';

const TOOLS = [
  'query_transactions',
  'send_email_report',
  'search_documents',
  'web_search',
  'generate_transaction_chart',
];
const minimal = 'name: Bob\ninstructions: Help.\n';

const faultsOf = (text: string): readonly string[] => {
  try {
    parseAgent(text, 'bob.yaml', TOOLS);
  } catch (error) {
    if (error instanceof AgentFilesError) return error.faults;
    throw error;
  }
  return [];
};

describe('agent files', () => {
  it('ships a Julia who handles the five tools', () => {
    const julia = parseAgent(readFileSync('agents/julia.yaml', 'utf8'), 'julia.yaml', TOOLS);
    expect(julia.name).toBe('Julia');
    expect(julia.tools.toSorted()).toEqual(TOOLS.toSorted());
  });

  it('takes one voice, or a voice for each provider of a chain', () => {
    expect(parseAgent(`${minimal}voice: slt\n`, 'bob.yaml', TOOLS).voice).toBe('slt');
    expect(parseAgent(`${minimal}voice: { flite: rms, openai: sage }\n`, 'bob.yaml', TOOLS).voice).toEqual({
      flite: 'rms',
      openai: 'sage',
    });
  });

  it('takes fields that are to be known of a call, and says what is wrong with one', () => {
    const outcome = (field: string) => faultsOf(`${minimal}tools: [web_search]\noutcome: { done: ${field} }\n`);
    expect(outcome('{ type: boolean, description: d }')).toEqual([]);
    expect(outcome('{ type: string, description: d, enum: [a, b] }')).toEqual([]);
    expect(outcome('{ type: boolean, description: d, tool: web_search }')).toEqual([]);
    expect(outcome('{ type: string, description: d, tool: web_search, argument: query }')).toEqual([]);
    expect(outcome('{ type: date, description: d }')).toMatchObject([expect.stringContaining('outcome.done.type')]);
    expect(outcome('{ type: boolean }')).toMatchObject([expect.stringContaining('outcome.done.description')]);
    expect(outcome('{ type: number, description: d, enum: [a] }')).toMatchObject([expect.stringMatching(/enum: only/)]);
    expect(outcome('{ type: string, description: d, argument: a }')).toMatchObject([expect.stringMatching(/of which/)]);
    expect(outcome('{ type: string, description: d, tool: web_search }')).toMatchObject([
      expect.stringMatching(/without an argument/),
    ]);
    expect(outcome('{ type: boolean, description: d, tool: send_email_report }')).toEqual([
      'bob.yaml: outcome.done: "send_email_report" is no tool of this agent (line 4)',
    ]);
    expect(faultsOf(`${minimal}outcome: { "a b": { type: boolean, description: d } }\n`)).toHaveLength(1);
  });

  it('fills in every default', () => {
    expect(parseAgent(minimal, 'bob.yaml', TOOLS)).toMatchObject({
      language: 'en-US',
      greeting: '',
      turn: { mode: 'provider', interruptible: true },
      reply: { maxToolRounds: 5 },
    });
  });

  it.each([
    ['en-US', /I am sorry, I could not put/, /Shall I go on\?$/, 'Goodbye!'],
    ['de', /^Es tut mir leid, das konnte ich nicht/, /Soll ich weitermachen\?$/, 'Auf Wiederhören!'],
    ['de-AT', /^Es tut mir leid, das konnte ich nicht/, /Soll ich weitermachen\?$/, 'Auf Wiederhören!'],
    ['es-MX', /^Lo siento, no he sabido/, /¿Quiere que siga\?$/, '¡Hasta luego!'],
    // Nobody has translated them.
    ['fi', /I am sorry, I could not put/, /Shall I go on\?$/, 'Goodbye!'],
  ])('says what it says by itself in %s', (language, wordless, cutShort, goodbye) => {
    const { phrases } = parseAgent(`${minimal}language: ${language}\n`, 'bob.yaml', TOOLS);
    expect(phrases).toMatchObject({
      wordless: expect.stringMatching(wordless) as string,
      cutShort: expect.stringMatching(cutShort) as string,
      goodbye,
    });
    expect(phrases.fillers).toHaveLength(3);
    const own = parseAgent(`${minimal}language: ${language}\nphrases: { goodbye: Tschüs., fillers: [] }\n`, 'b', TOOLS);
    expect(own.phrases).toEqual({ ...phrases, goodbye: 'Tschüs.', fillers: [] });
  });

  it('takes a list of what is hidden for its kinds', () => {
    expect(parseAgent(`${minimal}redact: [card]\n`, 'b', TOOLS).redact).toEqual({ kinds: ['card'], speak: false });
    expect(parseAgent(minimal, 'b', TOOLS).redact.kinds).toEqual([]);
  });

  it.each([
    ['disclosure: true', 'You are talking to an AI.'],
    ['disclosure: { recorded: true }', 'You are talking to an AI. This call is recorded.'],
    [
      'language: de-AT\ndisclosure: { recorded: true }',
      'Sie sprechen mit einer KI. Dieses Gespräch wird aufgezeichnet.',
    ],
    ['language: de-AT\ndisclosure: { text: { de: Ich bin ein Programm., en: No. } }', 'Ich bin ein Programm.'],
    ['language: fi\ndisclosure: Puhut tekoälyn kanssa.', 'Puhut tekoälyn kanssa.'],
    ['disclosure: false', undefined],
    ['greeting: Hi.', undefined],
  ])('discloses with %j', (lines, said) => {
    const { disclosure, language } = parseAgent(`${minimal}${lines}\n`, 'bob.yaml', TOOLS);
    expect(disclosure && disclosureIn(language, disclosure)).toBe(said);
  });

  it.each([
    ['name: Bob\n', /^bob\.yaml: instructions: /],
    ['', /^bob\.yaml: file: is empty/],
    // It unfolds to more than memory holds.
    [
      `a: &a [${'x,'.repeat(9)}]\n${'bcdefghi'.replace(/./g, (now) => `${now}: &${now} [${`*${String.fromCharCode(now.charCodeAt(0) - 1)},`.repeat(9)}]\n`)}`,
      /^bob\.yaml: its anchors and aliases/,
    ],
    ['name: &a Bob\ninstructions: *b\n', /^bob\.yaml: .*\bb\b/],
    [`${minimal}greeting: Gr\uFFFD\uFFFD Gott\n`, /^bob\.yaml: is not written in UTF-8: save it as UTF-8 \(line 3\)$/],
    [
      `${minimal}limits: { maxCost: 5€ }\n`,
      /^bob\.yaml: limits\.maxCost: must be a number without a unit, not "5€" \(line 3\)$/,
    ],
    [`${minimal}name: Ann\n`, /^bob\.yaml: Map keys must be unique at line 3, column 1$/],
    [`${minimal}---\n${minimal}`, /^bob\.yaml: has several documents, and one is read: take the --- out at line 3/],
    [`${minimal}greetin: Hi\n`, /^bob\.yaml: file: Unrecognized key: "greetin" \(line 3\)$/],
    [`${minimal}turn:\n  mode: vad\n  minSilenceMs: soon\n`, /^bob\.yaml: turn\.minSilenceMs: .* \(line 5\)$/],
    [`${minimal}tools:\n  - web_search\n  - launch_rocket\n`, /^bob\.yaml: tools: there is no tool .* \(line 5\)$/],
    [`${minimal}turn: { mode: telepathy }\n`, /^bob\.yaml: turn\.mode: /],
    [`${minimal}turn: { minSilenceMs: 900, maxSilenceMs: 100 }\n`, /^bob\.yaml: turn: minSilenceMs must not be larger/],
    [`${minimal}tools: [launch_rocket]\n`, /^bob\.yaml: tools: there is no tool "launch_rocket"; there are query_/],
    [`${minimal}voice: { espeak: bob }\n`, /^bob\.yaml: voice: Unrecognized key: "espeak"/],
    [`${minimal}voice: 7\n`, /^bob\.yaml: voice: must be a voice, or voices by provider \(flite, /],
    [`${minimal}providers: { tts: [browser, flite] }\n`, /^bob\.yaml: providers\.tts: the client speaks by itself/],
    [`${minimal}disclosure: { voice: { German: slt } }\n`, /^bob\.yaml: disclosure: /],
    [`${minimal}language: English please\n`, /^bob\.yaml: language: must be a BCP-47 tag/],
    [`${minimal}language: fi\ndisclosure: true\n`, /^bob\.yaml: disclosure\.text: there are no usual words in fi/],
    [
      `${minimal}redact: [{ name: order, pattern: '(a)\\1' }]\n`,
      /^bob\.yaml: redact\.0\.pattern: must be a regular expression that RE2/,
    ],
    [`${minimal}privacy: none\n`, /^bob\.yaml: privacy: /],
    ['name: [unclosed\n', /^bob\.yaml: /],
    ['', /^bob\.yaml: file: /],
  ])('says in one line what is wrong with %j', (text, line) => {
    const faults = faultsOf(text);
    expect(faults).toContainEqual(expect.stringMatching(line));
    for (const fault of faults) expect(fault).not.toContain('\n');
  });

  describe('in a folder', () => {
    let folder: string;
    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), 'parley-agents-'));
      writeFileSync(join(folder, 'bob.yaml'), minimal);
    });
    afterEach(() => rmSync(folder, { recursive: true, force: true }));

    it('are known by their file names', () => {
      writeFileSync(join(folder, 'notes.txt'), 'not an agent');
      expect(new AgentFiles(folder, TOOLS).names()).toEqual(['bob']);
    });

    it('reports the faults of every file at once', () => {
      writeFileSync(join(folder, 'a.yaml'), 'name: A\n');
      writeFileSync(join(folder, 'b.yml'), 'instructions: B\n');
      expect(() => new AgentFiles(folder, TOOLS)).toThrow(/a\.yaml: instructions[\s\S]*b\.yml: name/);
    });

    it('take a change up, keep the old ones when it is bad, and leave agents in use alone', async () => {
      const agents = new AgentFiles(folder, TOOLS);
      const inUse = agents.get('bob');
      const seen: string[] = [];
      let next = Promise.withResolvers<void>();
      agents.watch(
        (faults) => {
          seen.push(...faults);
          next.resolve();
        },
        () => {
          seen.push('reloaded');
          next.resolve();
        },
      );
      try {
        writeFileSync(join(folder, 'bob.yaml'), 'name: Bob\ninstructions: Help more.\n');
        await next.promise;
        expect(seen).toEqual(['reloaded']);
        expect(agents.get('bob')?.instructions).toBe('Help more.');
        expect(inUse?.instructions).toBe('Help.');
        next = Promise.withResolvers<void>();
        writeFileSync(join(folder, 'bob.yaml'), 'name: Bob\n');
        await next.promise;
        expect(seen.at(-1)).toMatch(/^bob\.yaml: instructions/);
        expect(agents.get('bob')?.instructions).toBe('Help more.');
      } finally {
        agents.close();
      }
    });

    it('says so when the folder is not there', () => {
      expect(() => new AgentFiles(join(folder, 'nowhere'), TOOLS)).toThrow(
        /no such folder of agent files; set AGENTS_DIR/,
      );
    });
  });
});

describe('where callers may be put through to', () => {
  const file = (transfer: unknown) =>
    agentSchema.safeParse({ name: 'Julia', instructions: 'Be kind.', ...(transfer === undefined ? {} : { transfer }) });
  const billing = { number: '+4930700001', called: 'our billing department', says: 'A caller.' };

  it('is nowhere unless the file says so, and asks the person unless it says otherwise', () => {
    expect(file(undefined).data?.transfer).toEqual({ destinations: {}, ringMs: 25_000 });
    expect(file({ destinations: { billing } }).data?.transfer.destinations).toEqual({
      billing: { ...billing, consult: true },
    });
  });

  it.each([
    ['a number without its country', { destinations: { billing: { ...billing, number: '030 700001' } } }],
    ['a name that is none', { destinations: { 'Billing desk': billing } }],
    ['a telephone that rings for good', { ringMs: 600_000 }],
  ])('is not %s', (_what, transfer) => {
    expect(file(transfer).success).toBe(false);
  });
});
