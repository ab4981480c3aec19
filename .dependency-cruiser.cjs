// Who may import whom. Rooms: the table in docs/architecture.md. Here are the rules that cut across rooms.
const { roomRules } = require('./scripts/room-rules.cjs');

const own = (folder) => `^src/${folder}/`;

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    ...roomRules(),
    {
      name: 'no-circular',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'conversation-is-pure',
      comment:
        'The core knows ports, the arithmetic of samples and itself (and zod, to read what it once wrote): no framework, no vendor, no wire.',
      severity: 'error',
      from: { path: own('conversation'), pathNot: ['\\.spec\\.ts$', '^src/conversation/snapshot\\.ts$'] },
      to: { pathNot: ['^src/conversation/', '^src/audio/', '\\.port\\.ts$'] },
    },
    {
      name: 'snapshots-are-read-with-zod',
      severity: 'error',
      from: { path: '^src/conversation/snapshot\\.ts$' },
      to: { pathNot: ['^src/conversation/', '\\.port\\.ts$', '^node_modules/zod'] },
    },
    {
      name: 'ports-import-ports',
      severity: 'error',
      from: { path: '\\.port\\.ts$' },
      to: { pathNot: '\\.port\\.ts$' },
    },
    {
      name: 'protocol-imports-zod-only',
      severity: 'error',
      from: { path: own('protocol'), pathNot: '\\.spec\\.ts$' },
      // Bounds are numbers that both ends keep to; the page loads them along.
      to: { pathNot: ['^src/protocol/', '^src/bounds/', '^node_modules/zod'] },
    },
    {
      name: 'client-knows-the-protocol-only',
      severity: 'error',
      from: { path: '^client/', pathNot: '\\.spec\\.ts$' },
      to: { path: '^src/', pathNot: '^src/(protocol|bounds)/' },
    },
    {
      name: 'vendors-do-not-know-the-core-or-each-other',
      severity: 'error',
      from: { path: '^src/(stt|llm|tts|vad)/([^/]+)/', pathNot: '\\.spec\\.ts$' },
      to: {
        path: '^src/(conversation/|(stt|llm|tts|vad)/[^/]+/)',
        pathNot: ['^src/$1/$2/', '\\.port\\.ts$', '^src/vad/energy/', '^src/(stt|llm|tts|vad)/common/'],
      },
    },
    {
      name: 'only-the-composition-root-names-adapters',
      severity: 'error',
      from: {
        path: '^src/',
        pathNot: ['^src/app\\.module\\.ts$', '\\.module\\.ts$', '\\.spec\\.ts$', '^src/(stt|llm|tts|vad)/'],
      },
      to: { path: '^src/(stt|llm|tts|vad)/[^/]+/', pathNot: '\\.port\\.ts$' },
    },
    {
      name: 'the-business-is-a-folder',
      comment: 'PARLEY_BUSINESS names it; no code does. What a business may build on, it gets from here.',
      severity: 'error',
      from: { path: '^(src|client)/', pathNot: ['^src/payments/', '\\.spec\\.ts$'] },
      to: { path: '^src/payments/' },
    },
    {
      name: 'tools-know-no-business',
      severity: 'error',
      from: { path: own('tools'), pathNot: '\\.spec\\.ts$' },
      to: { path: '^src/(payments|business)/' },
    },
    {
      name: 'nothing-imports-the-edges',
      comment:
        'gateway, telemetry and console are leaves: only app.module.ts, server.ts and what it rehearses with may name them.',
      severity: 'error',
      from: { path: '^src/(?!gateway/|rehearsal/|telemetry/|app\\.module\\.ts|server\\.ts)' },
      to: { path: '^(src/(gateway|telemetry)/|console/)' },
    },
    {
      name: 'product-does-not-import-tests',
      severity: 'error',
      from: { path: '^(src|client)/', pathNot: '\\.spec\\.ts$' },
      to: { path: '^(test|bench)/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(src/generated|dist|client/dist)/' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
};
