// Checks what this server is configured with, line by line: `npm run doctor`. Exit code 1 when something is bad.
import 'reflect-metadata';
import { doctor } from '../src/doctor/doctor.js';

// Exits at once: a vendor's SDK may keep a timer or a socket for a while.
process.exit(await doctor({ print: (line) => process.stdout.write(`${line}\n`) }));
