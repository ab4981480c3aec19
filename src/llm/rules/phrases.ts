// Everything the planner says of its own accord, in one place.
import { TOOL, type Missing } from './goal.js';
import { isoOf, type Day } from './calendar.js';
import { sayDay, sayList } from './say.js';
import type { Social } from './grammar.js';

export interface AgentIdentity {
  /** As the instructions give it. */
  readonly name?: string;
  readonly company?: string;
}

/** Ends a list that goes on. Read back from the conversation: a yes after it means "read more". */
export const OFFER = 'Shall I read more?';

export const PHRASES = {
  declined: 'Okay, I will not send it.',
  /** Before a question that the platform asks. */
  beforeThat: 'One question first.',
  dropped: 'All right, I have not sent anything. Just ask again when you want it sent.',
  cancelled: 'Okay, never mind that. What else can I do for you?',
  ready: 'I am listening. What can I do for you?',
  fine: 'All right. What else can I do for you?',
  nothingToRepeat: 'I have not said anything yet. How can I help you?',
  noMore: 'That was everything.',
  nothingToContinue: 'There is nothing more to read. What would you like to know?',
  notInDocuments: 'I could not find that in our documents.',
  notOnWeb: 'I searched the web as well, but found nothing that answers it.',
  webOnly: 'I searched the web, but found nothing that answers it.',
} as const;

export const ASK: Readonly<Record<Missing, string>> = {
  client: 'Which client do you mean?',
  recipient: 'Which e-mail address should I send it to?',
};
export const ASK_AGAIN: Readonly<Record<Missing, string>> = {
  client: 'I am sorry, I did not catch the client number. You can say it like five thousand and one.',
  recipient: 'I am sorry, I did not catch the address. You can say it like john at example dot com.',
};

const ABILITIES: readonly (readonly [tool: string, ability: string])[] = [
  [TOOL.query, 'look up the transactions of a client'],
  [TOOL.chart, 'draw a chart of them'],
  [TOOL.email, 'send them by e-mail'],
  [TOOL.documents, 'answer questions from our documents'],
  [TOOL.web, 'search the web'],
];

/** "I can look up ..., ... and ...", by what is offered in this call. */
export function abilities(offered: ReadonlySet<string>): string {
  const able = ABILITIES.filter(([tool]) => offered.has(tool)).map(([, ability]) => ability);
  return able.length === 0 ? 'In this call I can only chat a little.' : `I can ${sayList(able)}.`;
}

export function greeting(agent: AgentIdentity): string {
  return `Hello${agent.name === undefined ? '' : `, this is ${agent.name}`}. How can I help you?`;
}

/** `times` counts how often in a row nothing was understood, from 1. */
export function notUnderstood(times: number, offered: ReadonlySet<string>): string {
  if (times > 1) return 'I am sorry, I still did not understand. Please say it in other words, or ask what I can do.';
  return `I am sorry, I did not understand that. ${abilities(offered)}`;
}

const UNABLE: Readonly<Record<string, string>> = {
  [TOOL.query]: 'look up transactions',
  [TOOL.chart]: 'draw charts',
  [TOOL.email]: 'send e-mail',
  [TOOL.documents]: 'look that up',
  [TOOL.web]: 'search the web',
};

export function unable(tool: string): string {
  return `I am sorry, I cannot ${UNABLE[tool] ?? 'do that'} in this call.`;
}

export type SmallTalk = Exclude<Social, 'repeat' | 'more'>;

export function smallTalk(topic: SmallTalk, agent: AgentIdentity, offered: ReadonlySet<string>, today: Day): string {
  const company = agent.company === undefined ? '' : ` of ${agent.company}`;
  const answers: Readonly<Record<SmallTalk, string>> = {
    greeting: 'Hello! How can I help you?',
    thanks: 'You are welcome. Is there anything else?',
    goodbye: 'Goodbye, and thank you for calling.',
    help: abilities(offered),
    identity: `I am ${agent.name === undefined ? '' : `${agent.name}, `}an automated assistant${company}. ${abilities(offered)}`,
    robot: 'Yes, I am a computer program. How can I help you?',
    person: `I am sorry, I cannot connect you with a person in this call. ${abilities(offered)}`,
    feeling: 'I am doing fine, thank you. What can I do for you?',
    praise: 'I am glad. Is there anything else?',
    joke: 'I am better with numbers than with jokes. What can I look up for you?',
    date: `Today is ${sayDay(isoOf(today), today)}.`,
    time: 'I am sorry, I do not know what time it is where you are.',
    presence: 'I am listening. What can I do for you?',
    change: `I am sorry, I cannot change anything. ${abilities(offered)}`,
    wait: 'Of course, take your time.',
  };
  return answers[topic];
}
