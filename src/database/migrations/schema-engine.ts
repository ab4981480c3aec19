import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils';
import type { SqlMigrationAwareDriverAdapterFactory } from '@prisma/driver-adapter-utils';
import type { SchemaEngine } from '@prisma/schema-engine-wasm/schema_engine_bg';

const ENGINE = '@prisma/schema-engine-wasm/schema_engine_bg';

// The DOM library declares it; the types of Node do not.
declare const WebAssembly: {
  instantiate(
    bytes: Uint8Array,
    imports: Readonly<Record<string, unknown>>,
  ): Promise<{ readonly instance: { readonly exports: Readonly<Record<string, unknown>> } }>;
};

let loading: Promise<typeof import('@prisma/schema-engine-wasm/schema_engine_bg')> | undefined;

/**
 * Prisma's schema engine over a driver adapter, with no native binary. Takes about 40 ms the first time.
 *
 * The package's main file imports its .wasm as an ES module, which Node 22.12 does only behind a flag: so the module is
 * instantiated here. The package is loaded when it is needed, at boot, and never again.
 */
export async function openSchemaEngine(
  adapter: SqlMigrationAwareDriverAdapterFactory,
  schema: string,
): Promise<SchemaEngine> {
  loading ??= load();
  const { SchemaEngine } = await loading;
  // The log callback gets every script as it is applied: too much for a log, and errors come back as errors.
  return SchemaEngine.new(
    { datamodels: [['schema.prisma', schema]] },
    () => undefined,
    bindMigrationAwareSqlAdapterFactory(adapter),
  );
}

async function load(): Promise<typeof import('@prisma/schema-engine-wasm/schema_engine_bg')> {
  const engine = await import('@prisma/schema-engine-wasm/schema_engine_bg');
  const file = createRequire(import.meta.url)
    .resolve(ENGINE)
    .replace(/\.js$/, '.wasm');
  const { instance } = await WebAssembly.instantiate(await readFile(file), {
    './schema_engine_bg.js': withUnrefTimers(engine),
  });
  engine.__wbg_set_wasm(instance.exports);
  const start = instance.exports['__wbindgen_start'];
  if (typeof start !== 'function') throw new Error('The Prisma schema engine has no __wbindgen_start.');
  start();
  return engine;
}

/** The engine never clears the 10 s timer of its lock; it must not hold the process open. */
function withUnrefTimers(engine: object): Readonly<Record<string, unknown>> {
  const imports: Record<string, unknown> = { ...engine };
  for (const name of Object.keys(imports).filter((key) => key.startsWith('__wbg_setTimeout_'))) {
    imports[name] = (callback: () => void, ms: number) => setTimeout(callback, ms).unref();
  }
  return imports;
}
