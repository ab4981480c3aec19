import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { unifiedDiff } from './unified-diff.js';

describe('the difference of two texts', () => {
  it('is shown as diff -u shows it', () => {
    const one = 'name: Julia\nlanguage: en-US\n\ngreeting: Hello!\nvoice: slt\na: 1\nb: 2\nc: 3\n';
    const other = 'name: Julia\nlanguage: en-US\n\ngreeting: Good day!\nvoice: slt\na: 1\nb: 2\nc: 3\nd: 4\n';
    expect(unifiedDiff(one, other, 'julia 1', 'julia 2')).toBe(
      [
        '--- julia 1',
        '+++ julia 2',
        '@@ -1,8 +1,9 @@',
        ' name: Julia',
        ' language: en-US',
        ' ',
        '-greeting: Hello!',
        '+greeting: Good day!',
        ' voice: slt',
        ' a: 1',
        ' b: 2',
        ' c: 3',
        '+d: 4',
      ].join('\n'),
    );
    expect(unifiedDiff(one, one, 'a', 'b')).toBe('');
  });

  it('leads from the one to the other, as git applies it', () => {
    const folder = mkdtempSync(join(tmpdir(), 'parley-diff-'));
    const git = (...words: string[]) => execFileSync('git', words, { cwd: folder, encoding: 'utf8', stdio: 'pipe' });
    const lines = fc.array(fc.constantFrom('a', 'b', 'c', ''), { minLength: 1, maxLength: 30 });
    const textOf = (all: readonly string[]) => `${all.join('\n')}\nend\n`;
    try {
      fc.assert(
        fc.property(lines, lines, (before, after) => {
          const [one, other] = [textOf(before), textOf(after)];
          writeFileSync(join(folder, 'x'), one);
          const diff = unifiedDiff(one, other, 'a/x', 'b/x');
          expect(diff === '').toBe(one === other);
          if (diff === '') return;
          writeFileSync(join(folder, 'patch'), `${diff}\n`);
          git('apply', 'patch');
          expect(git('hash-object', 'x')).toBe(
            execFileSync('git', ['hash-object', '--stdin'], { cwd: folder, encoding: 'utf8', input: other }),
          );
        }),
        { numRuns: 40 },
      );
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
