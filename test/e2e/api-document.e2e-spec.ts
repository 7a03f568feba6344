import { readFileSync } from 'node:fs';
import { Validator } from '@seriousme/openapi-schema-validator';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { apiDocument } from '../../src/platform/http/openapi.js';
import { declaredRoutes } from '../../src/platform/http/route-access.js';
import { call, startTestApp, type TestApp } from '../support/app.js';

interface Operation { 'x-roles'?: string[]; 'x-tenant'?: string }

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
