// What callers of any business say besides their wishes, and what the planner answers. A business adds cues of its own.
import type { CueRow, Planner } from '../plan.port.js';
import type { Day } from '../../spoken/calendar.js';
import { isoOf } from '../../spoken/calendar.js';
import { sayDay, sayList } from '../../spoken/say.js';

export type Social =
  | 'greeting'
  | 'thanks'
  | 'goodbye'
  | 'repeat'
  | 'more'
  | 'help'
  | 'identity'
  | 'robot'
  | 'person'
  | 'feeling'
  | 'praise'
  | 'joke'
  | 'presence'
  | 'change'
  | 'date'
  | 'time'
  | 'wait';

export const TALK: Readonly<Record<Social, readonly CueRow[]>> = {
  greeting: [[3, 'hello|hi|hey|greetings|howdy', 'good morning|afternoon|evening', 'my name is']],
  thanks: [[3, 'thank|thanks|cheers', 'then q', 'appreciate it|that']],
  goodbye: [
    [4, 'goodbye|bye|farewell', 'good bye', 'see you', 'hang up', 'end the call'],
    [
      4,
      'that is|was all|everything|it',
      'that will be all',
      'i|we am|are done|finished',
      'nothing else',
      'have a nice|good|great day|one',
    ],
  ],
  repeat: [
    [
      5,
      'repeat*',
      'say that|it again',
      'again please',
      'come again',
      'pardon',
      'once more',
      'one more time',
      'what was that',
    ],
    [3, 'sorry', 'excuse me'],
    [5, 'what did you say', 'did not hear|catch|get|understand', 'say again'],
  ],
  more: [
    [
      3,
      'more|rest|remaining|others|continue',
      'go|read|carry on',
      'keep going',
      'all of them',
      'what else',
      'is that all|it|everything',
      'read|tell them|it|all|that',
      'the next',
      'next ones|one',
    ],
    [3, 'more of|please', 'rest of'],
  ],
  help: [
    [
      5,
      'what can you do',
      'what do you do !with',
      'what can i ask|say|do',
      'how can|do you help',
      'help me',
      'what are you able',
      'what are my options',
      'can you do',
    ],
    [3, 'help'],
  ],
  identity: [[5, 'your name', 'who are you', 'who is this $', 'who am i talking|speaking', 'introduce yourself']],
  robot: [
    [
      5,
      'are you a|an|really|real|human|the|just robot|machine|ai|person|human|computer|bot|program|real|recording',
      'are you human|real',
    ],
  ],
  person: [
    [5, 'talk|speak|connect|transfer|put with|to|me', 'real person|human|agent'],
    [3, 'representative|operator'],
  ],
  feeling: [[5, 'how are you', 'how is it going', 'how do you do', 'what is up']],
  praise: [[3, 'great|good|nice|perfect|wonderful|excellent|awesome|fine|cool|amazing|lovely|brilliant']],
  joke: [[5, 'a|another joke', 'sing|poem', 'make me laugh']],
  presence: [
    [5, 'are you there|listening', 'can|do you hear me'],
    [3, 'have|got a question'],
  ],
  date: [[5, 'what day|date is it|today', 'is the date|day']],
  time: [[5, 'what time is it !in|for', 'is the time !in|for|from|of']],
  change: [[7, 'delete|remove|erase|update|edit|rename everything|all|data|record|records']],
  wait: [[3, 'wait|hang', 'hold on', 'one|a|just moment|second|sec|minute', 'let me think|see']],
};

/** Which of two with the same weight wins: the first, with wishes between the two lists. */
export const BEFORE_WISHES: readonly Social[] = [
  'goodbye',
  'repeat',
  'help',
  'identity',
  'robot',
  'person',
  'feeling',
  'joke',
  'change',
  'date',
  'time',
];
export const AFTER_WISHES: readonly Social[] = ['presence', 'more', 'thanks', 'wait', 'greeting', 'praise'];

export interface AgentIdentity {
  /** As the instructions give it. */
  readonly name?: string;
  readonly company?: string;
}

export const PHRASES = {
  declined: 'Okay, I will not do it.',
  /** Before a question that the platform asks. */
  beforeThat: 'One question first.',
  dropped: 'All right, I have not done anything. Just ask again when you want it.',
  cancelled: 'Okay, never mind that. What else can I do for you?',
  ready: 'I am listening. What can I do for you?',
  fine: 'All right. What else can I do for you?',
  nothingToRepeat: 'I have not said anything yet. How can I help you?',
  noMore: 'That was everything.',
  nothingToContinue: 'There is nothing more to read. What would you like to know?',
  nothingFound: 'I found nothing that answers that.',
} as const;

/** "I can look up ..., ... and ...", by what is offered in this call. */
export function abilities({ tools }: Planner, offered: ReadonlyMap<string, number>): string {
  const able = [...offered.keys()].flatMap((name) => tools.find(({ tool }) => tool === name)?.ability ?? []);
  return able.length === 0 ? 'In this call I can only chat a little.' : `I can ${sayList(able)}.`;
}

export function greeting(agent: AgentIdentity): string {
  return `Hello${agent.name === undefined ? '' : `, this is ${agent.name}`}. How can I help you?`;
}

/** `times` counts how often in a row nothing was understood, from 1. */
export function notUnderstood(times: number, able: string): string {
  if (times > 1) return 'I am sorry, I still did not understand. Please say it in other words, or ask what I can do.';
  return `I am sorry, I did not understand that. ${able}`;
}

export type SmallTalk = Exclude<Social, 'repeat' | 'more'>;

/** `able` says what can be done in this call. */
export function smallTalk(topic: SmallTalk, agent: AgentIdentity, able: string, today: Day): string {
  const company = agent.company === undefined ? '' : ` of ${agent.company}`;
  const answers: Readonly<Record<SmallTalk, string>> = {
    greeting: 'Hello! How can I help you?',
    thanks: 'You are welcome. Is there anything else?',
    goodbye: 'Goodbye, and thank you for calling.',
    help: able,
    identity: `I am ${agent.name === undefined ? '' : `${agent.name}, `}an automated assistant${company}. ${able}`,
    robot: 'Yes, I am a computer program. How can I help you?',
    person: `I am sorry, I cannot connect you with a person in this call. ${able}`,
    feeling: 'I am doing fine, thank you. What can I do for you?',
    praise: 'I am glad. Is there anything else?',
    joke: 'I am better with numbers than with jokes. What can I look up for you?',
    date: `Today is ${sayDay(isoOf(today), today)}.`,
    time: 'I am sorry, I do not know what time it is where you are.',
    presence: 'I am listening. What can I do for you?',
    change: `I am sorry, I cannot change anything. ${able}`,
    wait: 'Of course, take your time.',
  };
  return answers[topic];
}
