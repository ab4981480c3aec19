import { defineConfig } from 'prisma/config';

// For Prisma's own command line. The server applies the same migrations itself at boot (src/database/migrate.ts).
const url = process.env['DATABASE_URL'];

export default defineConfig({
  schema: 'prisma/schema.prisma',
  migrations: { path: 'prisma/migrations' },
  ...(url === undefined ? {} : { datasource: { url } }),
});
