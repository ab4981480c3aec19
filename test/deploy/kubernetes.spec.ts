// The manifests as Kubernetes' own types and schemas have them, beside what the server says of itself.
import 'reflect-metadata';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import ts from 'typescript';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { envSchema } from '../../src/config/env.schema.js';
import { HealthController } from '../../src/gateway/http/health.controller.js';

const FOLDER = 'deploy/kubernetes';
const LIST = 'kustomization.yaml';
const HEALTH = `/${String(Reflect.getMetadata('path', HealthController))}`;

const manifest = z.looseObject({ apiVersion: z.string(), kind: z.string(), metadata: z.object({ name: z.string() }) });
type Manifest = z.infer<typeof manifest>;

const files = readdirSync(FOLDER).filter((name) => name !== LIST);
const manifests: readonly Manifest[] = files.flatMap((name) =>
  parseAllDocuments(readFileSync(join(FOLDER, name), 'utf8')).map((document) => manifest.parse(document.toJS())),
);
const of = <Shape extends z.ZodType>(kind: string, shape: Shape): z.infer<Shape> =>
  shape.parse(manifests.find((each) => each.kind === kind));

/** The package has a module of each kind, by version: its type, and a class that checks. */
const moduleOf = ({ apiVersion, kind }: Manifest): string => `kubernetes-models/${apiVersion}/${kind}`;

interface Checked {
  validate(): void;
}

it('has no field that Kubernetes does not know', () => {
  const source = manifests.map((each, index) => {
    const type = `import('${moduleOf(each)}').I${each.kind}`;
    return `export const m${index}: ${type} = ${JSON.stringify(each)};`;
  });
  expect(faultsIn(source.join('\n'))).toEqual([]);
  // A word that is misspelt is found.
  const misspelt = `export const m: import('kubernetes-models/apps/v1/StatefulSet').IStatefulSet = { spec: { selectr: {} } };`;
  expect(faultsIn(misspelt).join()).toContain('selectr');
}, 180_000);

it.each(manifests.map((each) => [`${each.kind} ${each.metadata.name}`, each] as const))(
  '%s has values that Kubernetes takes',
  async (_name, each) => {
    const { apiVersion: _version, kind, ...rest } = each;
    const models = (await import(moduleOf(each))) as Record<string, new (data: object) => Checked>;
    const Kind = models[kind];
    if (Kind === undefined) throw new Error(`there is no ${kind}`);
    expect(() => new Kind(rest).validate()).not.toThrow();
  },
);

it('applies every file', () => {
  const { resources } = z
    .object({ resources: z.array(z.string()) })
    .parse(parseAllDocuments(readFileSync(join(FOLDER, LIST), 'utf8'))[0]?.toJS());
  expect([...resources].sort()).toEqual([...files].sort());
});

it('gives the server settings that it knows, secrets by reference, and time to drain', () => {
  const { data } = of('ConfigMap', z.object({ data: z.record(z.string(), z.string()) }));
  expect(Object.keys(data).filter((key) => !(key in envSchema.shape))).toEqual([]);
  expect(Object.keys(data).filter((key) => /SECRET|TOKEN|KEY|PASSWORD|DATABASE_URL|REDIS_URL/.test(key))).toEqual([]);
  expect(manifests.filter(({ kind }) => kind === 'Secret')).toEqual([]);
  const probe = z.object({
    httpGet: z.object({ path: z.literal(HEALTH), port: z.literal('http') }),
    periodSeconds: z.number(),
    failureThreshold: z.number(),
  });
  const { spec } = of(
    'StatefulSet',
    z.object({
      spec: z.object({
        replicas: z.undefined().optional(),
        template: z.object({
          spec: z.object({
            terminationGracePeriodSeconds: z.number(),
            securityContext: z.object({ runAsNonRoot: z.literal(true) }),
            containers: z.tuple([
              z.object({
                ports: z.tuple([z.object({ name: z.literal('http'), containerPort: z.number() })]),
                startupProbe: probe,
                readinessProbe: probe,
                livenessProbe: probe,
                lifecycle: z.object({
                  preStop: z.object({ exec: z.object({ command: z.tuple([z.literal('sleep'), z.string()]) }) }),
                }),
              }),
            ]),
          }),
        }),
      }),
    }),
  );
  const pod = spec.template.spec;
  const [{ ports, livenessProbe, lifecycle }] = pod.containers;
  const graceMs = Number(data['SHUTDOWN_GRACE_MS']);
  const [, lastResort = ''] = /LAST_RESORT_MS = ([\d_]+);/.exec(readFileSync('src/server.ts', 'utf8')) ?? [];
  const stop = Number(lifecycle.preStop.exec.command[1]) + (graceMs + Number(lastResort.replaceAll('_', ''))) / 1000;
  expect(pod.terminationGracePeriodSeconds).toBeGreaterThan(stop);
  expect(livenessProbe.periodSeconds * livenessProbe.failureThreshold * 1000).toBeGreaterThan(graceMs);
  expect(ports[0].containerPort).toBe(envSchema.parse({}).PORT);
});

it('scales by a metric that the server has, and never to one worker alone', () => {
  const scaler = of(
    'HorizontalPodAutoscaler',
    z.object({
      spec: z.object({
        minReplicas: z.number().min(2),
        metrics: z.tuple([z.object({ pods: z.object({ metric: z.object({ name: z.string() }) }) }), z.unknown()]),
      }),
    }),
  );
  const [{ pods }] = scaler.spec.metrics;
  expect(readFileSync('src/telemetry/gateway-metrics.ts', 'utf8')).toContain(`'${pods.metric.name}'`);
});

/** What TypeScript says of a file that would lie at the top of the repository. */
function faultsIn(text: string): string[] {
  const path = resolve('manifests.check.ts');
  const options: ts.CompilerOptions = {
    noEmit: true,
    strict: true,
    skipLibCheck: true,
    types: [],
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    target: ts.ScriptTarget.ES2023,
  };
  const host = ts.createCompilerHost(options);
  const getSourceFile = host.getSourceFile.bind(host);
  const fileExists = host.fileExists.bind(host);
  host.fileExists = (name) => name === path || fileExists(name);
  host.getSourceFile = (name, target, ...rest) =>
    name === path ? ts.createSourceFile(name, text, target) : getSourceFile(name, target, ...rest);
  const program = ts.createProgram([path], options, host);
  return ts.getPreEmitDiagnostics(program).map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '));
}
