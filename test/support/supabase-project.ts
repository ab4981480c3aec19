import { Pool } from 'pg';
import { Database } from '../../src/database/database.js';
import type { FillDatabase } from '../../src/database/database.js';
import { sqlOfAuthenticator } from '../simulators/supabase-sql.js';
import { SupabaseSimulator } from '../simulators/supabase.js';
import { quietLog } from './database.js';
import { PostgresServer } from './postgres-server.js';

/**
 * What a new project has before anything of ours, after the scripts of github.com/supabase/postgres (migrations/db):
 * `postgres` is no superuser and passes policies by, whatever it makes in `public` is open to the API's roles until that is
 * taken back, and `authenticator` may become them and nothing else.
 */
const NEW_PROJECT = `
  create role anon nologin;
  create role authenticated nologin;
  create role service_role nologin bypassrls;
  create role authenticator login noinherit;
  grant anon, authenticated, service_role to authenticator;
  alter role anon set statement_timeout = '3s';
  alter role authenticated set statement_timeout = '8s';

  create role postgres login nosuperuser createdb createrole replication bypassrls;
  grant anon, authenticated, service_role to postgres with admin option;
  alter database postgres owner to postgres;

  create schema extensions;
  grant usage on schema extensions, public to postgres, anon, authenticated, service_role;
  alter default privileges for role postgres, supabase_admin in schema public
    grant all on tables to postgres, anon, authenticated, service_role;
  alter default privileges for role postgres, supabase_admin in schema public
    grant all on functions to postgres, anon, authenticated, service_role;
  alter default privileges for role postgres, supabase_admin in schema public
    grant all on sequences to postgres, anon, authenticated, service_role;

  create schema auth;
  grant usage on schema auth to postgres, anon, authenticated, service_role;
  create table auth.users (id uuid primary key, email text unique, role text);
  create function auth.jwt() returns jsonb language sql stable
    as $$ select nullif(current_setting('request.jwt.claims', true), '')::jsonb $$;
  create function auth.uid() returns uuid language sql stable as $$ select (auth.jwt() ->> 'sub')::uuid $$;
  create function auth.role() returns text language sql stable as $$ select auth.jwt() ->> 'role' $$;
`;

/** A Supabase project: its PostgreSQL, empty, and its API. */
export class SupabaseProject {
  private constructor(
    readonly server: PostgresServer,
    readonly api: SupabaseSimulator,
    private readonly pool: Pool,
  ) {}

  static async create(): Promise<SupabaseProject> {
    const server = await PostgresServer.create('supabase_admin');
    await server.sql(NEW_PROJECT);
    const pool = new Pool({ connectionString: server.url('authenticator'), max: 4 });
    // The server goes first at the end.
    pool.on('error', () => undefined);
    return new SupabaseProject(server, await SupabaseSimulator.start(sqlOfAuthenticator(pool)), pool);
  }

  /** The connection string that Supabase's page gives to an owner. */
  get databaseUrl(): string {
    return this.server.url('postgres');
  }

  /** Opens its database as a server with this DATABASE_URL does, which migrates it. */
  open(fill?: FillDatabase): Promise<Database> {
    return Database.open({ url: this.databaseUrl, dataDir: '/nonexistent', fill, log: quietLog });
  }

  async close(): Promise<void> {
    await this.api.close();
    await this.pool.end();
    await this.server.destroy();
  }
}
