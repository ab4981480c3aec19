// The transport with calls that echo, as a process of its own that a test may stop. Says where it listens.
import { EchoCalls } from './echo-calls.js';
import { startGatewayApp } from './gateway-app.js';

const gateway = await startGatewayApp({}, new EchoCalls({ resumeGraceMs: 30_000 }));
process.send?.({ stream: gateway.stream, token: gateway.token() });
