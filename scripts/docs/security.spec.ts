import { existsSync, readFileSync } from 'node:fs';

describe('docs/security.md', () => {
  const page = readFileSync('docs/security.md', 'utf8');
  const rows = page.split('\n').filter((line) => line.startsWith('| ') && !/^\| (?:threat|-)/.test(line));

  it('names a test for each threat, and each of them is there', () => {
    expect(rows.length).toBeGreaterThan(30);
    for (const row of rows) {
      const files = [...(row.split('|')[3] ?? '').matchAll(/`([^`]+\.spec\.ts)`/g)].map(([, file]) => file ?? '');
      expect([row.slice(0, 60), files.length > 0]).toEqual([row.slice(0, 60), true]);
      expect([row.slice(0, 60), files.filter((file) => !existsSync(file))]).toEqual([row.slice(0, 60), []]);
    }
  });

  it('has a row for everything on the two lists', () => {
    const wanted = (prefix: string): string[] =>
      Array.from({ length: 10 }, (_, index) => `${prefix}${String(index + 1).padStart(2, '0')}`);
    for (const name of [...wanted('LLM'), ...wanted('ASI')]) {
      expect([name, rows.some((row) => row.startsWith(`| ${name} `))]).toEqual([name, true]);
    }
  });
});

describe('the lockfile', () => {
  interface Locked {
    readonly link?: boolean;
    readonly integrity?: string;
    readonly resolved?: string;
    readonly hasInstallScript?: boolean;
  }
  const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as { packages: Record<string, Locked> };
  const installed = Object.entries(packages).filter(([path, { link }]) => path.startsWith('node_modules/') && !link);

  it('has a checksum for everything, and nothing from git or from an address', () => {
    expect(installed.length).toBeGreaterThan(1000);
    const odd = installed.filter(
      ([, { integrity = '', resolved }]) => !integrity.startsWith('sha512-') || resolved !== undefined,
    );
    expect(odd.map(([path]) => path)).toEqual([]);
  });

  it('runs no script at installation that nobody has thought about', () => {
    const { allowScripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { allowScripts: object };
    const scripted = installed.filter(([, { hasInstallScript }]) => hasInstallScript).map(([path]) => path);
    const names = scripted.map((path) => path.split('node_modules/').at(-1));
    expect(names.filter((name) => !Object.hasOwn(allowScripts, name ?? ''))).toEqual([]);
  });
});
