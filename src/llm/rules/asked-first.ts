// Words that may be a question to the documents or a request ("who gets to see what I spend"): the documents are asked first, and
// what they answer is no request.
import { wordsOf } from '../../spoken/words.js';
import type { Question, ToolPlan } from '../plan.port.js';
import { askedOf, callsOf, type Goal, type Scene } from './goal.js';
import type { Exchange } from './memory.js';
import { callKey } from './outcome.js';

/** The goals of a turn, as far as what has been done about it so far decides them. */
export const decided = (goals: readonly Goal[], done: Exchange, scene: Scene): readonly Goal[] =>
  goals.flatMap((goal) => (goal.orElse === undefined ? goal : either(goal, goal.orElse, done, scene)));

function either(goal: Goal, orElse: readonly Goal[], { calls, said }: Exchange, scene: Scene): Goal | readonly Goal[] {
  const keys = new Set(callsOf(goal, scene).map(callKey));
  const made = calls.find(({ call }) => keys.has(callKey(call)));
  if (made === undefined) return said === '' && scene.offered.has(goal.plan.tool) ? goal : orElse;
  const { outcome } = made;
  return outcome?.ok === true && goal.plan.say(outcome.data, askedOf(goal, scene)) !== undefined ? goal : orElse;
}

/** Details of a request that nothing but their place in the sentence makes one, while the names that are known are others. */
export function isGuessed(plan: ToolPlan, guessed: Goal['values'], { vocabulary }: Scene): boolean {
  return Object.entries(guessed).some(([name, value]) => {
    const names = vocabulary[name] ?? [];
    if (plan.ask?.[name] === undefined || names.length === 0) return false;
    const known = new Set(names.map((one) => wordsOf(one).join(' ')));
    const all: readonly unknown[] = Array.isArray(value) ? value : [value];
    return all.some((one) => typeof one === 'string' && !known.has(one));
  });
}

/** "the money went out this morning. can you hold it back": what may be a request tells what the question after it is about. */
export function joined(goals: readonly Goal[]): readonly Goal[] {
  const all: Goal[] = [];
  for (const goal of goals) {
    const before = all.at(-1);
    const [one, other] = [before?.question, goal.question];
    if (before?.orElse === undefined || before.plan !== goal.plan || one === undefined || other === undefined) {
      all.push(goal);
      continue;
    }
    const both = (words: keyof Pick<Question, 'topic' | 'own'>) => [...new Set([...one[words], ...other[words]])];
    const question = { topic: both('topic'), own: both('own'), question: `${one.question} ${other.question}` };
    const guessed = before.orElse.filter((request) => request.guessed);
    const orElse =
      guessed.length === 0 && goal.orElse === undefined ? undefined : [...guessed, ...(goal.orElse ?? [goal])];
    all[all.length - 1] = { plan: goal.plan, values: {}, question, ...(orElse === undefined ? {} : { orElse }) };
  }
  return all;
}
