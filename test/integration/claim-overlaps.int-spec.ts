import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import * as fc from 'fast-check';
import { Client } from 'pg';
import type { Instant } from '../../src/core/time/index.js';
import { ClaimEstimates } from '../../src/modules/assessments/index.js';
import { ClaimClashes, ClaimQueries, type ClaimRow } from '../../src/modules/claims/index.js';
import type { Context } from '../../src/platform/access/context.js';
import { Database } from '../../src/platform/database/database.js';
import type { Answer } from '../support/app.js';
import { claimOf, newSite } from '../support/claims.js';
import { brokenPromises } from '../support/invariants.js';
import { at } from '../support/lower-floors.js';
import { MADE_UP_HOURS, MESSAGES, newScheme, PAYMENTS, recordWeek, type PolicyKey } from '../support/overlaps.js';
import { draftClaim, ifMatch, openWorld, submit, type World } from '../support/world.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const OFFERS: readonly PolicyKey[] = ['default-gbp', 'default-gbp', 'made-up', 'made-up', 'fees', 'fees'];

let world: World;
let owner: Client;
let outageId: string;
const schemes: string[] = [];
beforeAll(async () => {
  world = await openWorld({ config: { autoDecisionDelaySeconds: 3_600 } });
  owner = new Client({ connectionString: world.database.ownerUrl });
  await owner.connect();
  outageId = await recordWeek(world);
  for (const key of OFFERS) schemes.push(await newScheme(world, outageId, key));
});
afterAll(async () => {
  expect(await brokenPromises(owner)).toEqual([]);
  await owner.end();
  await world.close();
});

interface Asked {
  readonly offer: number;
  readonly services: readonly string[];
  readonly from: number;
  readonly to: number;
}

const iso = (ms: number): string => new Date(ms).toISOString();
const local = (day: number, hour: number, minute = 0): number => at(`2026-10-${day}T00:00+01:00`) + hour * HOUR + minute * MINUTE;

async function draft(siteId: string, { offer, services, from, to }: Asked): Promise<{ id: string; version: number }> {
  return draftClaim(world, { siteId, schemeId: schemes[offer], services, window: { from: iso(from), to: iso(to) } });
}
const file = async (siteId: string, asked: Asked): Promise<Answer & { id: string }> => {
  const begun = await draft(siteId, asked);
  return { ...await submit(world, begun), id: begun.id };
};
const withdraw = async (id: string): Promise<void> => {
  const { version } = await claimOf(world, id);
  expect((await world.as('owner', 'POST', `/v1/claims/${id}/withdrawals`, ifMatch(version))).status).toBe(201);
};

/** Minute by minute, as one would count it on fingers: the shop is open from 7 to 18, the services down from 9 to 17, the first hour is waited. */
function lastCountedMinute({ from, to }: Asked): number | undefined {
  let [waited, last] = [0, undefined as number | undefined];
  for (let now = from; now < to; now += MINUTE) {
    const minutes = ((now - local(12, 0)) / MINUTE) % 1_440;
    if (minutes < 9 * 60 || minutes >= 17 * 60) continue;
    if (waited < 60) waited += 1;
    else last = now + MINUTE;
  }
  return last;
}

function hullEnd(asked: Asked): number {
  const last = OFFERS[asked.offer] === 'made-up' ? lastCountedMinute(asked) : undefined;
  if (last === undefined) return asked.to;
  let [now, open] = [last, 0];
  while (open < MADE_UP_HOURS * 60) {
    const minutes = ((now - local(12, 0)) / MINUTE) % 1_440;
    if (minutes >= 7 * 60 && minutes < 18 * 60) open += 1;
    now += MINUTE;
  }
  return Math.max(asked.to, now);
}

const headOf = ({ offer }: Asked): string => (OFFERS[offer] === 'fees' ? 'fee' : 'lost_sales');

const clashes = (a: Asked, b: Asked): boolean => headOf(a) === headOf(b) && a.services.some((service) => b.services.includes(service))
  && a.from < hullEnd(b) && b.from < hullEnd(a);

/** Half-hours of the week, so that many windows touch. */
const ASKED: fc.Arbitrary<Asked> = fc.record({
  offer: fc.integer({ min: 0, max: OFFERS.length - 1 }), start: fc.integer({ min: 14, max: 80 }), length: fc.integer({ min: 1, max: 24 }),
  services: fc.constantFrom([PAYMENTS], [MESSAGES], [MESSAGES, PAYMENTS]),
}).map(({ offer, services, start, length }) => ({ offer, services, from: local(12, 0) + start * 30 * MINUTE, to: local(12, 0) + (start + length) * 30 * MINUTE }));

describe('which claims live beside each other', () => {
  it('is what a naive model says, whatever windows, services and offers, and whatever is withdrawn', async () => {
    await fc.assert(fc.asyncProperty(fc.array(fc.record({ asked: ASKED, withdrawFirst: fc.boolean() }), { minLength: 2, maxLength: 7 }), async (steps) => {
      const siteId = await newSite(world);
      const live: (Asked & { id: string })[] = [];
      for (const { asked, withdrawFirst } of steps) {
        if (withdrawFirst && live.length > 0) await withdraw(live.shift()?.id ?? '');
        const expected = live.some(({ offer }) => offer === asked.offer) ? 'claims.already_claimed' : live.some((other) => clashes(asked, other)) ? 'claims.overlaps' : undefined;
        const { status, body, id } = await file(siteId, asked);
        expect({ asked, live, status, code: body['code'] }).toEqual({ asked, live, status: expected === undefined ? 201 : 409, code: expected });
        if (expected !== undefined) expect([...live.map(({ id: other }) => `/v1/claims/${other}`)]).toContain((body['params'] as { claim: string }).claim);
        else live.push({ ...asked, id });
      }
    }), { numRuns: 15 });
  });
});

const asked = (offer: number, from: number, to: number, services: readonly string[] = [PAYMENTS]): Asked => ({ offer, services, from, to });

describe('the time that is taken', () => {
  it('ends where the next begins: windows that touch live together, one millisecond more does not', async () => {
    const siteId = await newSite(world);
    expect((await file(siteId, asked(0, local(13, 9), local(13, 12)))).status).toBe(201);
    expect((await file(siteId, asked(1, local(13, 12) - 1, local(13, 14)))).body).toMatchObject({ status: 409, code: 'claims.overlaps' });
    expect((await file(siteId, asked(1, local(13, 12), local(13, 14)))).status).toBe(201);
  });

  it('reaches over the make-up window, both ways, and no further', async () => {
    const [before, after] = [await newSite(world), await newSite(world)];
    // Down till 17:00, open till 18:00 and from 7:00 the next day: two open hours end at 8:00.
    expect((await file(before, asked(2, local(13, 9), local(13, 17)))).status).toBe(201);
    expect((await file(before, asked(0, local(14, 7), local(14, 12)))).body).toMatchObject({ status: 409, code: 'claims.overlaps' });
    expect((await file(before, asked(1, local(14, 8), local(14, 12)))).status).toBe(201);
    expect((await file(after, asked(0, local(14, 7), local(14, 12)))).status).toBe(201);
    expect((await file(after, asked(2, local(13, 9), local(13, 17)))).body).toMatchObject({ status: 409, code: 'claims.overlaps' });
  });

  it('follows an amendment: what it gives up is free, what it takes must be', async () => {
    const siteId = await newSite(world);
    const first = await file(siteId, asked(0, local(13, 9), local(13, 12)));
    expect((await file(siteId, asked(1, local(13, 14), local(13, 16)))).status).toBe(201);
    const amend = async (from: number, to: number): Promise<Answer> => {
      const { version } = await claimOf(world, first.id);
      return world.as('owner', 'POST', `/v1/claims/${first.id}/amendments`, {
        body: { declarations: { isTrue: true, paidElsewhere: false }, window: { from: iso(from), to: iso(to) } }, ...ifMatch(version),
      });
    };
    expect((await amend(local(13, 9), local(13, 15))).body).toMatchObject({ status: 409, code: 'claims.overlaps' });
    expect((await amend(local(13, 13), local(13, 14))).status).toBe(201);
    expect((await file(siteId, asked(2, local(12, 9), local(12, 12)))).status).toBe(201);
  });

  it('is that of the leaves where a service with parts is named', async () => {
    const siteId = await newSite(world);
    const whole = await file(siteId, asked(0, local(13, 9), local(13, 12), ['harbourline']));
    expect(whole.body['services']).toEqual([MESSAGES, PAYMENTS]);
    for (const service of [MESSAGES, PAYMENTS, 'harbourline']) {
      expect((await file(siteId, asked(1, local(13, 10), local(13, 11), [service]))).body).toMatchObject({ status: 409, code: 'claims.overlaps' });
    }
  });

  it('is free again once the claim is withdrawn, and the scheme takes a late claim for it', async () => {
    const siteId = await newSite(world);
    const first = await file(siteId, asked(0, local(13, 9), local(13, 12)));
    await withdraw(first.id);
    const closed = await newScheme(world, outageId, 'default-gbp', { closesAt: (Date.now() - 24 * HOUR) as Instant });
    const draftLate = await draftClaim(world, { siteId, schemeId: closed, window: { from: iso(local(13, 9)), to: iso(local(13, 12)) } });
    const late = await submit(world, draftLate);
    expect({ status: late.status, late: late.body['late'] }).toEqual({ status: 201, late: true });
    await withdraw(draftLate.id);
    const again = await submit(world, await draftClaim(world, { siteId, schemeId: closed, window: { from: iso(local(13, 9)), to: iso(local(13, 12)) } }));
    expect({ status: again.status, late: again.body['late'] }).toEqual({ status: 201, late: true });
    expect((await file(siteId, asked(1, local(13, 11), local(13, 13)))).body).toMatchObject({ status: 409, code: 'claims.overlaps' });
  });
});

describe('who is refused', () => {
  it('is told by reference and address which of their claims is in the way', async () => {
    const siteId = await newSite(world);
    const first = await file(siteId, asked(0, local(13, 9), local(13, 12)));
    const { reference } = await claimOf(world, first.id);
    for (const offer of [0, 1]) {
      const { body } = await file(siteId, asked(offer, local(13, 9), local(13, 12)));
      expect(body['params']).toEqual({ other: ` (${reference})`, reference, claim: `/v1/claims/${first.id}` });
      expect(body['detail']).toContain(reference);
    }
  });

  it('learns no more than that there is one where the other is not theirs to see', async () => {
    const siteId = await newSite(world);
    expect((await file(siteId, asked(0, local(13, 9), local(13, 12)))).status).toBe(201);
    const second = await draft(siteId, asked(1, local(13, 9), local(13, 12)));
    const row = await world.app.get(ClaimQueries).find(world.app.get(Database).reader, second.id);
    const stranger: Context = { actor: { kind: 'user', userId: '01900000-0000-7000-8000-000000000000', roles: [], memberships: [] }, requestId: 'test' };
    expect([...await world.app.get(ClaimClashes).ahead(stranger, [row as ClaimRow])]).toEqual([[second.id, { code: 'claims.overlaps' }]]);
  });

  it('is found, and the range too, for many places of a filing with as many statements as for two, each place with its own', async () => {
    const places = await Promise.all(Array.from({ length: 7 }, () => newSite(world)));
    const [taken, twice] = [places[2] ?? '', places[5] ?? ''];
    const under = await file(taken, asked(0, local(13, 9), local(13, 12)));
    const elsewhere = await file(twice, asked(1, local(13, 9), local(13, 12)));
    const drafts = await Promise.all(places.map((siteId) => draft(siteId, asked(0, local(13, 9), local(13, 12)))));
    const { reader } = world.app.get(Database);
    const rows = (await Promise.all(drafts.map(({ id }) => world.app.get(ClaimQueries).find(reader, id)))).flatMap((row) => row ?? []);
    const staff: Context = { actor: { kind: 'user', userId: '01900000-0000-7000-8000-000000000000', roles: ['reviewer'], memberships: [] }, requestId: 'test' };
    const asking = jest.spyOn(world.app.get(Database), 'withSession');
    const during = async <T>(work: () => Promise<T>): Promise<{ found: T; statements: number }> => {
      asking.mockClear();
      return { found: await work(), statements: asking.mock.calls.length };
    };
    const [two, seven] = [await during(() => world.app.get(ClaimClashes).ahead(staff, rows.slice(0, 2))), await during(() => world.app.get(ClaimClashes).ahead(staff, rows))];
    expect([...seven.found].map(([id, { code, other }]) => [id, code, other?.id])).toEqual(expect.arrayContaining([
      [drafts[2]?.id, 'claims.already_claimed', under.id], [drafts[5]?.id, 'claims.overlaps', elsewhere.id]]));
    expect([two.found.size, seven.found.size, seven.statements, two.statements > 2]).toEqual([0, 2, two.statements, true]);
    const estimates = world.app.get(ClaimEstimates);
    const [pair, all] = [await during(() => estimates.ranges(staff, rows.slice(0, 2))), await during(() => estimates.ranges(staff, rows))];
    expect(all.statements).toBe(pair.statements);
    const alone = await estimates.of(staff, rows[3]?.id ?? '', 'en');
    expect(all.found[3]).toEqual(alone.ok ? alone.value.range : undefined);
    asking.mockRestore();
  });

  it('is everybody but one of fifty at once, in words, under one scheme or under many', async () => {
    const at50 = async (offers: readonly number[]): Promise<{ taken: string[]; refused: Answer[] }> => {
      const siteId = await newSite(world);
      const drafts = await Promise.all(Array.from({ length: 50 }, (_, index) => draft(siteId, asked(offers[index % offers.length] ?? 0, local(13, 9) + index * MINUTE, local(13, 17)))));
      const answers = await Promise.all(drafts.map(async (one) => ({ ...await submit(world, one), id: one.id })));
      return { taken: answers.filter(({ status }) => status === 201).map(({ id }) => id), refused: answers.filter(({ status }) => status !== 201) };
    };
    for (const offers of [[0], [0, 1, 2, 3]]) {
      const { taken, refused } = await at50(offers);
      expect(taken).toHaveLength(1);
      const { reference } = await claimOf(world, taken[0] ?? '');
      expect(refused.map(({ status, body }) => ({ status, params: body['params'] }))).toEqual(Array.from({ length: 49 }, () => ({
        status: 409, params: { other: ` (${reference})`, reference, claim: `/v1/claims/${taken[0]}` },
      })));
      expect(new Set(refused.map(({ body }) => body['code']))).toEqual(new Set(offers.length === 1 ? ['claims.already_claimed'] : ['claims.already_claimed', 'claims.overlaps']));
    }
  });
});
