// Writes what is made from the code: docs/protocol.md, docs/data.md, .env.stream.example, and what the client knows of the wire.
import { mkdirSync, writeFileSync } from 'node:fs';
import { renderClientMessages, renderClientShapes } from './docs/render-client-wire.js';
import { renderData } from './docs/render-data.js';
import { renderEnvExample } from './docs/render-env-example.js';
import { renderProtocol } from './docs/render-protocol.js';

mkdirSync('docs', { recursive: true });
writeFileSync('docs/protocol.md', renderProtocol());
writeFileSync('docs/data.md', renderData());
writeFileSync('.env.stream.example', renderEnvExample());
writeFileSync('client/wire/messages.ts', renderClientMessages());
writeFileSync('client/wire/shapes.ts', renderClientShapes());
