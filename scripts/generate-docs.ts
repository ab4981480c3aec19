// Writes the documents that are made from the code: docs/protocol.md, docs/data.md and .env.stream.example.
import { mkdirSync, writeFileSync } from 'node:fs';
import { renderData } from './docs/render-data.js';
import { renderEnvExample } from './docs/render-env-example.js';
import { renderProtocol } from './docs/render-protocol.js';

mkdirSync('docs', { recursive: true });
writeFileSync('docs/protocol.md', renderProtocol());
writeFileSync('docs/data.md', renderData());
writeFileSync('.env.stream.example', renderEnvExample());
