import { TerminalWriter } from './terminal-writer.js';

function screen(isTTY: boolean, columns = 40) {
  let text = '';
  const out = new TerminalWriter({ isTTY, columns, write: (piece) => (text += piece) }, true);
  return { out, text: () => text };
}

const CLEAR_LINE = '\r\u001B[2K';

/** What a terminal shows once each line was cleared as often as asked for; without the dimming of labels. */
const shown = (text: string): string =>
  text
    .replaceAll('\u001B[2m', '')
    .replaceAll('\u001B[0m', '')
    .split('\n')
    .map((line) => line.slice(line.lastIndexOf(CLEAR_LINE) + 1).replace(CLEAR_LINE.slice(1), ''))
    .join('\n');

it('overwrites drafts, and ends the growing line before anything else', () => {
  const { out, text } = screen(true);
  out.draft('hearing', 'what');
  out.draft('hearing', 'what is');
  out.line('heard', 'what is it');
  out.grow('julia', 'It ');
  out.grow('julia', 'is.');
  out.line('tool', 'x');
  out.grow('julia', 'More.');
  out.draft('hearing', 'no');
  expect(shown(text())).toBe(
    ['heard    what is it', 'julia    It is.', 'tool     x', 'julia    More.', 'hearing  no'].join('\n'),
  );
});

it('shows the end of a draft that is too long for the line', () => {
  const { out, text } = screen(true, 20);
  out.draft('hearing', 'abcdefghijklmnopqrstuvwxyz');
  expect(shown(text())).toBe('hearing  …rstuvwxyz');
});

it('uses no escapes where it is not a terminal', () => {
  const { out, text } = screen(false);
  out.line('tool', 'x');
  out.grow('julia', 'Hello.');
  out.blank();
  expect(text()).toBe('tool     x\njulia    Hello.\n\n');
});

it('lets nobody control the terminal with what they say', () => {
  const { out, text } = screen(true);
  out.line('heard', 'a\u001B]0;title\u0007b\nc\u009B2Jd');
  expect(shown(text())).toBe('heard    a ]0;title b c 2Jd\n');
});
