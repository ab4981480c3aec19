// Makes docs/client-api/ from the declarations and docstrings of what @parley/client exports; with `--check` it compares
// instead, and fails where a page is not what it would write.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Application } from 'typedoc';

const FOLDER = 'docs/client-api';
const isCheck = process.argv[2] === '--check';

/** Writes the pages into the folder, in place of what is there. */
async function write(folder) {
  const app = await Application.bootstrapWithPlugins({
    entryPoints: ['client/index.ts', 'client/browser/index.ts', 'client/react/index.ts'],
    tsconfig: 'client/tsconfig.package.json',
    plugin: ['typedoc-plugin-markdown'],
    outputs: [{ name: 'markdown', path: folder }],
    name: '@parley/client',
    readme: 'none',
    logLevel: 'Warn',
    excludePrivate: true,
    excludeProtected: true,
    excludeExternals: true,
    disableSources: true,
    // Types that are named nowhere but beside another are described there.
    validation: { notExported: false },
    treatWarningsAsErrors: true,
    outputFileStrategy: 'modules',
    hidePageHeader: true,
    hideBreadcrumbs: true,
    useCodeBlocks: true,
    expandObjects: true,
    parametersFormat: 'table',
    interfacePropertiesFormat: 'table',
    typeDeclarationFormat: 'table',
    propertyMembersFormat: 'table',
    hideGroupHeadings: true,
  });
  const project = await app.convert();
  if (project === undefined) throw new Error('the client does not compile');
  await app.generateOutputs(project);
  if (app.logger.hasErrors() || app.logger.hasWarnings()) throw new Error('see above');
}

const pages = (folder) =>
  Object.fromEntries(
    readdirSync(folder)
      .toSorted()
      .map((name) => [name, readFileSync(join(folder, name), 'utf8')]),
  );

if (!isCheck) await write(FOLDER);
else {
  const folder = mkdtempSync(join(tmpdir(), 'parley-client-api-'));
  try {
    await write(folder);
    const [is, shouldBe] = [pages(FOLDER), pages(folder)];
    const stale = [...new Set([...Object.keys(is), ...Object.keys(shouldBe)])].filter(
      (name) => is[name] !== shouldBe[name],
    );
    if (stale.length > 0) {
      console.error(`${FOLDER}: ${stale.join(', ')} not up to date: run \`npm run docs\``);
      process.exitCode = 1;
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}
