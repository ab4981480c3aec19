// Small talk: what people say besides their wishes, whatever the business, and what is said to it.
import type { CueRow } from './spoken.port.js';

export interface Talk {
  readonly name: string;
  readonly cues: readonly CueRow[];
  /** Absent where something is done: going on, saying again. */
  readonly say?: string;
  /** A wish that the words speak for as much is meant instead. */
  readonly yields?: boolean;
  /** Whoever asks it is told, and no text is looked up that may be about it. */
  readonly plain?: boolean;
  /** It is meant whatever details are named with it. */
  readonly certain?: boolean;
}

/** Cues that count once together, a comma between them. */
const row = (weight: number, cues: string): CueRow => [weight, ...cues.split(', ')];

/** Of two with the same weight the first wins. */
export const SMALL_TALK: readonly Talk[] = [
  {
    name: 'goodbye',
    cues: [
      row(4, 'goodbye|bye|farewell, good bye, see you, hang up, end the call'),
      row(
        4,
        'that is|was all|everything|it, that will be all, i|we am|are done|finished, nothing else, ' +
          'have a nice|good|great day|one',
      ),
    ],
    say: 'Goodbye, and thank you for calling.',
  },
  {
    name: 'repeat',
    cues: [
      row(5, 'repeat*, say that|it again, again please, come again, pardon, once more, one more time, what was that'),
      row(3, '^ sorry $, excuse me $'),
      row(5, 'what did you say, did not hear|catch|get|understand, say again'),
    ],
  },
  {
    name: 'help',
    cues: [
      row(
        5,
        'what can you do, what do you do !with, what can i ask|say|do, how can|do you help, help me, ' +
          'what are you able, what are my options, can you do !that|this|it',
      ),
      row(3, 'help'),
    ],
    say: '{able}',
  },
  {
    name: 'identity',
    cues: [row(5, 'your name, who are you, who is this $, who am i talking|speaking, introduce yourself')],
    say: 'I am {I am}an automated assistant{of}. {able}',
  },
  {
    name: 'robot',
    plain: true,
    cues: [
      row(
        5,
        'are you a|an|in|really|real|human|the|just real|robot|machine|ai|person|human|computer|bot|program|recording, ' +
          'are you human|real, am|might i talking|speaking|looking to|with|at a|an machine|computer|robot|bot|program|recording|ai, ' +
          'is this|that|it a|an machine|computer|robot|bot|program|recording|ai',
      ),
    ],
    say: 'Yes, I am a computer program. How can I help you?',
  },
  {
    name: 'person',
    cues: [
      row(5, 'talk|speak|connect|transfer|put with|to|me, real person|human|agent'),
      row(3, 'representative|operator'),
    ],
    say: 'I am sorry, I cannot connect you with a person in this call. {able}',
  },
  {
    name: 'feeling',
    cues: [
      row(5, 'how are you, how is it going, how do you do, what is up'),
      row(5, 'how is your day|week|morning|afternoon|evening going, how was your day|week|weekend, how are things'),
      row(
        5,
        'how is|has|was your|the day|week|weekend|morning|afternoon|evening|monday|tuesday|wednesday|thursday|friday|saturday|sunday|#date been|going|treating, ' +
          'are you tired|busy|well|okay|alright|happy|bored $|today|then|too|yourself, feeling better|well|okay|tired, ' +
          'plans|anything for|planned your|the|this weekend|evening|holidays|#date, all|everything okay|alright|well|fine with you, ' +
          'are|have you had|having a good|nice|busy|long|rough day|week|weekend|morning',
      ),
    ],
    say: 'I am doing fine, thank you. What can I do for you?',
  },
  {
    name: 'itself',
    plain: true,
    cues: [
      row(
        6,
        'you|ever|#date get|getting|feel|feeling|grow|growing tired|bored|lonely|sleepy|hungry|annoyed|fed|sick|angry|upset|sad|nervous, ' +
          'you|ever|#date sleep|slept|dream|eat|eaten|dance|sing|laugh|cry|cook|sentient|conscious|alive|married|lonely|asleep, ' +
          'your favourite|favorite|hobby|hobbies|wife|husband|boyfriend|girlfriend|parents|mother|father|dreams|feelings|birthday|age, ' +
          'how old are you, when|where were you born, who built|made|created|programmed|trained|invented|designed you, ' +
          'they|ever|always|#date give|let|pay|treat you, do|would you like|love|enjoy|hate|mind being|working|doing|talking|answering, ' +
          'like|love|enjoy|hate your job|work|life, keeping|been|you busy $|over|there|today|lately|then, anything * planned, ' +
          'where|how do you live, is it raining|snowing|sunny|cold|hot|warm where you',
      ),
    ],
    say: 'I am only a computer program, and have little to tell about myself. What can I look up for you?',
  },
  {
    name: 'joke',
    cues: [row(5, 'a|another joke, sing|poem, make me laugh')],
    say: 'I am better with numbers than with jokes. What can I look up for you?',
  },
  {
    name: 'change',
    certain: true,
    cues: [row(7, 'delete|remove|erase|update|edit|rename everything|all|data|record|records')],
    say: 'I am sorry, I cannot change anything. {able}',
  },
  {
    name: 'date',
    certain: true,
    cues: [row(5, 'what day|date is it|today, is the date|day')],
    say: 'Today is {today}.',
  },
  {
    name: 'time',
    cues: [row(5, 'what time is it !in|for, is the time !in|for|from|of')],
    say: 'I am sorry, I do not know what time it is where you are.',
  },
  {
    name: 'presence',
    yields: true,
    cues: [row(5, 'are you there|listening, can|do you hear me'), row(3, 'have|got a question')],
    say: 'I am listening. What can I do for you?',
  },
  {
    name: 'more',
    yields: true,
    cues: [
      row(
        3,
        'more|rest|remaining|others|continue, go|read|carry on, keep going, all of them, what else, ' +
          'is that all|it|everything, read|tell them|it|all|that, the next, next ones|one',
      ),
      row(3, 'more of|please, rest of'),
    ],
  },
  {
    name: 'thanks',
    yields: true,
    cues: [row(3, 'thank|thanks|cheers, then q, appreciate it|that')],
    say: 'You are welcome. Is there anything else?',
  },
  {
    name: 'wait',
    yields: true,
    cues: [row(3, 'wait|hang, hold on, one|a|just moment|second|sec|minute, let me think|see')],
    say: 'Of course, take your time.',
  },
  {
    name: 'greeting',
    yields: true,
    cues: [row(3, 'hello|hi|hey|greetings|howdy, good morning|afternoon|evening, my name is')],
    say: 'Hello! How can I help you?',
  },
  {
    name: 'praise',
    yields: true,
    cues: [
      row(
        3,
        'great|good|nice|perfect|wonderful|excellent|awesome|fine|cool|amazing|lovely|brilliant, ' +
          'a darling|star|gem|legend|treasure|angel|hero|lifesaver|sweetheart|love',
      ),
    ],
    say: 'I am glad. Is there anything else?',
  },
];

/** Puts what is in the braces of a phrase. */
export const filled = (phrase: string, words: Readonly<Record<string, string>>): string =>
  phrase.replaceAll(/\{([^}]+)\}/g, (_, name: string) => words[name] ?? '');
