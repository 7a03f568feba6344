import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { call } from '../support/app.js';
import { addressOf, OPERATIONS, resolved, type Operation, type Schema } from '../support/operations.js';
import { everyRole } from '../support/personas.js';
import { draftClaim, openWorld, type World } from '../support/world.js';

const RUNS = 20;

let world: World;
let personas: ReadonlyMap<string, string>;
let ids: string[];
beforeAll(async () => {
  world = await openWorld();
  personas = await everyRole(world);
  ids = [...Object.values(world.world), (await draftClaim(world)).id];
});
afterAll(async () => { await world.close(); });

const NASTY = [
  '', ' ', '0', '-1', '1e400', '9007199254740993', '9'.repeat(400), 'null', '{}', '[]', '\0', '%00', '\ufeff', '﷽', '\u202e', '../../etc/passwd', "' OR 1=1 --", '$1', '{{7*7}}',
  '2026-13-45T99:99:99Z', '2026-10-13T10:00:00+99:00', '-271821-04-20T00:00:00Z', '+275760-09-13T00:00:00.001Z', '9999-12-31T23:59:59Z', '0000-01-01T00:00:00Z', 'infinity', 'empty', '(,)', 'x'.repeat(5_000),
  'Europe/London', 'GBP', 'KRW', '12.50', 'harbourline.payments',
];
const text = fc.oneof(fc.constantFrom(...NASTY), fc.string(), fc.string({ unit: 'binary' }).filter((value) => value.isWellFormed()));
const anything = fc.oneof({ depthSize: 'small' }, text, fc.jsonValue(), fc.double(), fc.maxSafeInteger(), fc.constantFrom(null, [], {}, true, -1, 2 ** 31, 2 ** 40));

/** A value of about the form the document asks for, so that the request gets past the first check; and something else now and then. */
function like(described: Schema, depth = 0): fc.Arbitrary<unknown> {
  const schema = resolved(described);
  return fc.oneof({ weight: 8, arbitrary: proper(schema, depth) }, { weight: 1, arbitrary: anything });
}

function proper(schema: Schema, depth: number): fc.Arbitrary<unknown> {
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  if (schema.format === 'uuid') return fc.constantFrom(...ids);
  if (schema.format === 'date-time') return fc.constantFrom('2026-10-13T10:00:00+01:00', '2026-10-13T14:30:00Z', '2027-01-01T00:00:00Z', '9999-12-31T23:59:59Z', '1900-01-01T00:00:00Z');
  if (schema.type === 'array') return depth > 5 ? fc.constant([]) : fc.array(like(schema.items ?? {}, depth + 1), { maxLength: 3 });
  if (schema.type === 'integer' || schema.type === 'number') return fc.integer({ min: (schema.minimum ?? 0) - 1, max: (schema.maximum ?? 100) + 1 });
  if (schema.type === 'boolean') return fc.boolean();
  if (schema.properties !== undefined && depth < 6) {
    const required = schema.required ?? [];
    return fc.record(Object.fromEntries(Object.entries(schema.properties).map(([name, member]) => [name, like(member, depth + 1)])), { requiredKeys: [...required] });
  }
  return schema.type === 'object' ? fc.dictionary(fc.constantFrom('en', 'ko', 'fr', 'takeTariff', 'grossMargin', 'constructor', 'toString'), anything, { maxKeys: 4 }) : text;
}

const place = fc.oneof({ weight: 3, arbitrary: fc.constantFrom('known') }, { weight: 1, arbitrary: fc.constantFrom('0', '1', '-1', '2147483648', '99999999999', '1e3') }, { weight: 2, arbitrary: text.filter((value) => value !== '' && value !== '.' && value !== '..') });

function requestOf({ places, query, body, headers }: Operation) {
  return fc.record({
    places: fc.record(Object.fromEntries(places.map((name) => [name, place]))),
    known: fc.constantFrom(...ids),
    query: fc.record(Object.fromEntries(query.map(({ name, schema }) => [name, fc.oneof(like(schema ?? {}), text)])), { requiredKeys: [] }),
    stray: fc.option(text, { freq: 6 }),
    body: body === undefined ? fc.option(anything) : like(body),
    version: headers.includes('If-Match') ? fc.constantFrom('"1"', '"1"', '"2"', '"0"', '"999999999"', '*', '') : fc.constant(undefined),
    key: fc.option(fc.constantFrom('k1', 'k2', 'k'.repeat(200), 'k'.repeat(201))),
  });
}

const isBodyless = ({ method }: Operation): boolean => method === 'GET' || method === 'HEAD';
const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value) ?? '');

describe('no malformed request is our fault', () => {
  it.each(OPERATIONS.map((operation) => [operation.name, operation] as const))('%s', async (_name, operation) => {
    const token = operation.path.startsWith('/v1/sessions') ? undefined : personas.get(operation.roles.find((role) => personas.has(role)) ?? 'administrator');
    await fc.assert(fc.asyncProperty(requestOf(operation), async ({ places, known, query, stray, body, version, key }) => {
      const filled = Object.fromEntries(Object.entries(places).map(([name, value]) => [name, value === 'known' ? known : value]));
      const search = new URLSearchParams(Object.entries(query).map(([name, value]): [string, string] => [name, textOf(value)]));
      if (stray !== null) search.append('stray', stray);
      const answer = await call(world.url, operation.method, `${addressOf(operation, filled)}?${search.toString()}`, {
        ...(token === undefined ? {} : { token }), ...(isBodyless(operation) || body === null ? {} : { body }),
        headers: { ...(version === undefined || version === '' ? {} : { 'if-match': version }), ...(key === null ? {} : { 'idempotency-key': key }) },
      });
      expect(answer.status).toBeLessThan(500);
      if (answer.status < 300 || operation.method === 'HEAD') return;
      expect(answer).toMatchObject({ headers: { 'content-type': 'application/problem+json' }, body: { status: answer.status, detail: expect.any(String) } });
      // No place of a sentence is left open; one that was sent in is only said again.
      const sent = JSON.stringify([filled, query, stray, body]);
      expect((String(answer.body['detail']).match(/\{\w+\}/g) ?? []).filter((place) => !sent.includes(place))).toEqual([]);
    }), { numRuns: RUNS, endOnFailure: true });
  });

  it('a file with anything in it', async () => {
    const { id } = await draftClaim(world);
    await fc.assert(fc.asyncProperty(fc.oneof(text, fc.array(fc.array(text, { maxLength: 5 }), { maxLength: 5 }).map((rows) => ['at,amount,kind', ...rows.map((row) => row.join())].join('\n'))), text, text, async (csv, zone, mapping) => {
      const search = new URLSearchParams({ currency: 'GBP', basis: 'gross', zone, mapping });
      const answer = await world.as('owner', 'POST', `/v1/claims/${id}/sales-records?${search.toString()}`, { raw: csv, type: 'text/csv' });
      expect(answer.status).toBeLessThan(500);
    }), { numRuns: 60, endOnFailure: true });
  });
});
