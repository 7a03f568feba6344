import { readFileSync } from 'node:fs';
import { Validator } from '@seriousme/openapi-schema-validator';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { BodyLimits } from '../../src/platform/http/metadata.js';
import { apiDocument } from '../../src/platform/http/openapi.js';
import { declaredRoutes } from '../../src/platform/http/route-access.js';
import { MOST_MEMBERS } from '../../src/platform/http/strict-json.js';
import { call, startTestApp, type TestApp } from '../support/app.js';

interface Schema { $ref?: string; allOf?: Schema[]; type?: string; items?: Schema; maxItems?: number; properties?: Record<string, Schema> }
interface Operation {
  'x-roles'?: string[];
  'x-tenant'?: string;
  'x-body-limits'?: BodyLimits;
  requestBody?: { content: Record<string, { schema: Schema }> };
}
interface Described { paths: Record<string, Record<string, Operation>>; components: { schemas: Record<string, Schema> } }

/** How many members a body has that says everything its declaration lets it say. */
function membersOf(schema: Schema, schemas: Record<string, Schema>): number {
  if (schema.$ref !== undefined) return membersOf(schemas[schema.$ref.split('/').at(-1) ?? ''] ?? {}, schemas);
  const own = Object.values(schema.properties ?? {}).reduce((sum, property) => sum + 1 + membersOf(property, schemas), 0);
  const inherited = (schema.allOf ?? []).reduce((sum, part) => sum + membersOf(part, schemas), 0);
  const within = schema.items === undefined ? 0 : membersOf(schema.items, schemas);
  return own + inherited + (within === 0 ? 0 : (schema.maxItems ?? Number.POSITIVE_INFINITY) * within);
}

let started: TestApp;
beforeAll(async () => { started = await startTestApp(); });
afterAll(async () => { await started.close(); });

describe('the API document', () => {
  it('is OpenAPI 3.1 and the one that is committed: npm run cli -- openapi', () => {
    const text = apiDocument(started.app);
    expect((JSON.parse(text) as { openapi: string }).openapi).toBe('3.1.0');
    expect(readFileSync('docs/api/openapi.json', 'utf8')).toBe(text);
  });

  it('keeps to the schema of OpenAPI 3.1, and refers to nothing that it does not hold', async () => {
    const text = apiDocument(started.app);
    const { valid, errors } = await new Validator().validate(JSON.parse(text) as Record<string, unknown>);
    expect({ valid, errors }).toEqual({ valid: true, errors: undefined });
    const { components } = JSON.parse(text) as { components: { schemas: Record<string, unknown> } };
    const references = [...text.matchAll(/"\$ref": "#\/components\/schemas\/([^"]*)"/g)].map(([, name]) => name ?? '');
    expect(references.length).toBeGreaterThan(30);
    expect(references.filter((name) => components.schemas[name] === undefined)).toEqual([]);
  });

  it('says of every operation who may call it', async () => {
    const { body } = await call<{ paths: Record<string, Record<string, Operation>> }>(started.url, 'GET', '/docs/openapi.json');
    const operations = Object.entries(body.paths).flatMap(([path, methods]) => Object.entries(methods).map(([method, operation]) => ({ name: `${method} ${path}`, operation })));
    expect(operations.length).toBeGreaterThan(50);
    expect(operations.filter(({ operation }) => operation['x-roles'] === undefined || operation['x-tenant'] === undefined).map(({ name }) => name)).toEqual([]);
  });

  it('promises no list that its bodies could not hold', () => {
    const { paths, components: { schemas } } = JSON.parse(apiDocument(started.app)) as Described;
    const bodies = Object.entries(paths).flatMap(([path, methods]) => Object.entries(methods).map(([method, operation]) => {
      const [{ schema } = { schema: {} }] = Object.entries(operation.requestBody?.content ?? {}).filter(([type]) => type.endsWith('json')).map(([, body]) => body);
      return { name: `${method} ${path}`, promised: membersOf(schema, schemas), taken: operation['x-body-limits']?.members ?? MOST_MEMBERS };
    }));
    expect(bodies.filter(({ promised }) => promised > MOST_MEMBERS).length).toBeGreaterThan(5);
    expect(bodies.filter(({ promised, taken }) => promised > taken)).toEqual([]);
    expect(Math.max(...bodies.map(({ taken }) => taken))).toBeLessThan(100_000);
  });

  it('is shown on a page', async () => {
    const { status, body, headers } = await call<string>(started.url, 'GET', '/docs');
    expect(status).toBe(200);
    expect(body).toContain('swagger-ui');
    expect(headers['content-security-policy']).toContain("script-src 'self'");
  });
});

describe('access', () => {
  it('is declared by every handler', () => {
    const routes = declaredRoutes(started.app);
    expect(routes.length).toBeGreaterThan(50);
    expect(routes.filter(({ access }) => access === undefined)).toEqual([]);
  });

  it('needs a token everywhere but where a handler says it is public', async () => {
    const { body } = await call<{ paths: Record<string, Record<string, Operation>> }>(started.url, 'GET', '/docs/openapi.json');
    const closed = Object.entries(body.paths).flatMap(([path, methods]) => Object.entries(methods)
      .filter(([, operation]) => !(operation['x-roles'] ?? []).includes('anybody')).map(([method]) => ({ method: method.toUpperCase(), path })));
    for (const { method, path } of closed) {
      const answer = await call(started.url, method, path.replaceAll(/\{\w+\}/g, '01900000-0000-7000-8000-000000000000'), method === 'GET' || method === 'HEAD' ? {} : { body: {} });
      expect(`${method} ${path} ${answer.status}`).toBe(`${method} ${path} 401`);
    }
  });
});

describe('probes', () => {
  it.each([['/livez', 200], ['/readyz', 200], ['/version', 200], ['/metrics', 200]])('%s answers %s', async (path, status) => {
    expect((await call(started.url, 'GET', path)).status).toBe(status);
  });
});
