import { RequestMethod } from '@nestjs/common';
import { z } from 'zod';
import { PROBLEM_TYPE } from './problem.js';
import { LIMITS, PROTECTIONS, REST_INFO } from './rest-info.js';
import type { RestInfo } from './rest-info.js';

/** A route that Nest serves. */
export interface RestRoute {
  readonly method: string;
  /** With `:name` for what varies. */
  readonly path: string;
  /** The class that serves it. */
  readonly room: string;
  readonly info: RestInfo;
}

type Controller = new (...args: never[]) => object;

/** The routes of a controller. Throws for one that does not say what it is: what is not said is not kept either. */
export function routesOf(controller: Controller): readonly RestRoute[] {
  const prototype = controller.prototype as Readonly<Record<string, unknown>>;
  return Object.getOwnPropertyNames(prototype).flatMap((name) => {
    const handler = Object.getOwnPropertyDescriptor(prototype, name)?.value as unknown;
    const method = typeof handler === 'function' ? metadata(handler, 'method') : undefined;
    if (typeof handler !== 'function' || typeof method !== 'number') return [];
    const info = metadata(handler, REST_INFO) as RestInfo | undefined;
    if (info === undefined) throw new Error(`${controller.name}.${name} is a route without @Rest.`);
    const path = [metadata(controller, 'path'), metadata(handler, 'path')].map((part) => String(part));
    const room = controller.name.replace(/Controller$/, '');
    return [{ method: RequestMethod[method]?.toLowerCase() ?? 'get', path: joined(path), room, info }];
  });
}

const metadata = (target: object, key: string): unknown => Reflect.getMetadata(key, target) as unknown;

const joined = (parts: readonly string[]): string =>
  `/${parts
    .flatMap((part) => part.split('/'))
    .filter((part) => part !== '')
    .join('/')}`;

/** The routes as an OpenAPI 3.1 document, from the very schemas that requests are parsed with. */
export function openApiOf(routes: readonly RestRoute[]): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const route of routes.toSorted((a, b) => a.path.localeCompare(b.path))) {
    const path = route.path.replaceAll(/:(\w+)/g, '{$1}');
    (paths[path] ??= {})[route.method] = operationOf(route);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Parley',
      version: '1',
      description: 'The REST routes. The WebSocket is described in docs/protocol.md.',
    },
    paths,
    components: {
      securitySchemes: {
        jwt: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
        apiKey: { type: 'apiKey', in: 'header', name: 'X-API-Key' },
        metricsToken: { type: 'http', scheme: 'bearer' },
      },
      schemas: { Problem: PROBLEM },
      responses: {
        Problem: {
          description: 'Problem details (RFC 9457)',
          content: { [PROBLEM_TYPE]: { schema: { $ref: '#/components/schemas/Problem' } } },
        },
      },
    },
  };
}

const PROBLEM = {
  type: 'object',
  required: ['type', 'title', 'status', 'detail', 'error', 'message'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    error: { type: 'string', description: 'A word for programs' },
    message: { type: 'string' },
  },
};

const SECURITY: Readonly<Record<RestInfo['protection'], readonly object[]>> = {
  none: [],
  token: [{ jwt: [] }],
  admin: [{ jwt: [] }],
  placer: [{ jwt: [] }],
  link: [{ jwt: [] }, {}],
  key: [{ apiKey: [] }, { jwt: [] }],
  signature: [],
  metrics: [{ metricsToken: [] }],
};

const PROBLEM_REF = { $ref: '#/components/responses/Problem' };

function operationOf({ path, room, info }: RestRoute): object {
  const { summary, protection, limit, body, bodyType = 'application/json', status = 200 } = info;
  const { answer, answerType = 'application/json' } = info;
  const named = [...path.matchAll(/:(\w+)/g)].map(([, name]) => name);
  return {
    tags: [room],
    summary,
    description: `Who: ${PROTECTIONS[protection]}. How often: ${LIMITS[limit]}.`,
    'x-protection': protection,
    'x-rate-limit': limit,
    security: SECURITY[protection],
    parameters: [
      ...named.map((name) => ({ name, in: 'path', required: true, schema: { type: 'string' } })),
      ...(info.query === undefined ? [] : parametersOf(schemaOf(info.query))),
    ],
    ...(body === undefined && info.bodyType === undefined
      ? {}
      : { requestBody: { content: { [bodyType]: { schema: body === undefined ? {} : schemaOf(body) } } } }),
    responses: {
      [status]: {
        description: 'What was asked for',
        content: { [answerType]: answer === undefined ? {} : { schema: schemaOf(answer) } },
      },
      429: PROBLEM_REF,
      default: PROBLEM_REF,
    },
  };
}

interface ObjectSchema {
  readonly properties?: Readonly<Record<string, object>>;
  readonly required?: readonly string[];
}

const parametersOf = ({ properties = {}, required = [] }: ObjectSchema): readonly object[] =>
  Object.entries(properties).map(([name, schema]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    schema,
  }));

/** As it comes over the wire: before anything is made of it. */
function schemaOf(schema: z.ZodType): ObjectSchema {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  return rest as ObjectSchema;
}
