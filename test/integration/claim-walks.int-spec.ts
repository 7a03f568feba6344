import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Client } from 'pg';
import { ok, type Result } from '../../src/core/errors/index.js';
import { leads } from '../../src/core/machine/index.js';
import { AssessmentVerification } from '../../src/modules/assessments/index.js';
import { systemActor } from '../../src/platform/access/actor.js';
import { AuditQueries } from '../../src/modules/audit/index.js';
import { CLAIM_MACHINE, LIVE_STATES, type ClaimEvent, type ClaimState } from '../../src/modules/claims/index.js';
import { PrecomputationApplication } from '../../src/modules/changes/index.js';
import { PrecomputationRehearsals } from '../../src/modules/changes/precomputation-rehearsals.service.js';
import { StraightThrough } from '../../src/modules/review/straight-through.service.js';
import type { Tx } from '../../src/platform/database/tx.js';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { call } from '../support/app.js';
import { cause, claimOf, daysPass, newPerson, newSite, proposeReduction, REQUESTS, termsOf, type Claim, type RequestedEvent } from '../support/claims.js';
import { Jobs } from '../../src/platform/jobs/jobs.js';
import { brokenPromises } from '../support/invariants.js';
import { asSystem } from '../support/lower-floors.js';
import { precomputing, type SitesRun } from '../support/precompute.js';
import { DECLARED, ifMatch, openWorld, OUTAGE_WINDOW, type World } from '../support/world.js';

const PEOPLE = ['owner', 'partner', 'reviewer', 'approver', 'both', 'supervisor', 'administrator', 'judge', 'second'] as const;
type Who = (typeof PEOPLE)[number];

let world: World;
let database: Client;
let terms: string;
const tokens = {} as Record<Who, string>;

beforeAll(async () => {
  world = await openWorld({ config: { autoDecisionDelaySeconds: 3_600 } });
  database = new Client({ connectionString: world.database.ownerUrl });
  await database.connect();
  // The one long query of the promises would be compiled each time, which takes longer than running it.
  await database.query('SET jit = off');
  terms = await termsOf(world);
  // A second owner of the business who also reviews and approves: nothing but the duties keeps that person from deciding.
  const partner = await newPerson(world, ['reviewer', 'approver']);
  await database.query('INSERT INTO membership (user_id, merchant_id, role) VALUES ($1, $2, \'owner\')', [partner.id, world.world.merchantId]);
  Object.assign(tokens, {
    owner: world.tokens.owner, reviewer: world.tokens.reviewer, approver: world.tokens.approver, administrator: world.tokens.administrator,
    supervisor: (await newPerson(world, ['supervisor'])).token, partner: partner.token, both: (await newPerson(world, ['reviewer', 'approver'])).token,
    judge: (await newPerson(world, ['approver'])).token, second: (await newPerson(world, ['supervisor'])).token,
  });
});

afterAll(async () => {
  await database.end();
  await world.close();
});

const visited = new Set<ClaimState>();
/** How many claims the operator opened, and what merchants said of them. */
let opened = 0;
const answered = new Set<'correct' | 'not_mine'>();

/** What a walk believes: its sites, and where each of its claims stands. */
interface Model {
  readonly sites: readonly string[];
  readonly claims: Map<string, ClaimState>;
}
type Command = fc.AsyncCommand<Model, World>;

/** Follows every claim of the walk: a state may only have become one that the table leads to from where it stood. */
async function follow(model: Model, events: readonly ClaimEvent[]): Promise<void> {
  const { rows } = await database.query<{ id: string; state: ClaimState }>('SELECT id, state FROM claim WHERE id = ANY ($1::uuid[])', [[...model.claims.keys()]]);
  expect(rows).toHaveLength(model.claims.size);
  for (const { id, state } of rows) {
    const before = model.claims.get(id) as ClaimState;
    const lawful = state === before || events.some((event) => leads(CLAIM_MACHINE.events[event], before, state));
    expect(`${before} → ${state}: ${lawful ? 'lawful' : `not by ${events.join()}`}`).toBe(`${before} → ${state}: lawful`);
    model.claims.set(id, state);
    visited.add(state);
  }
  expect(await brokenPromises(database)).toEqual([]);
  // Whoever has to do the next thing with a claim: a person has it, or a day is promised for it.
  const { items } = (await world.as<{ items: unknown[] }>('reviewer', 'GET', '/v1/queues/adrift/claims')).body;
  expect(items).toEqual([]);
}

const nth = ({ claims }: Model, n: number): Promise<Claim> => claimOf(world, [...claims.keys()][n % claims.size] as string);

class Draft implements Command {
  constructor(readonly who: Who, readonly site: number, readonly takeTariff: boolean) {}
  check = (): boolean => true;
  toString = (): string => `${this.who} drafts for site ${this.site}${this.takeTariff ? ', tariff' : ''}`;
  async run(model: Model): Promise<void> {
    const { status, body } = await call<{ id: string }>(world.url, 'POST', '/v1/claims', {
      token: tokens[this.who],
      body: { schemeId: world.world.schemeId, siteId: model.sites[this.site % model.sites.length], window: OUTAGE_WINDOW, answers: { takeTariff: this.takeTariff } },
    });
    expect(status).toBe(['owner', 'partner'].includes(this.who) ? 201 : 403);
    if (status === 201) model.claims.set(body.id, 'draft');
    await follow(model, []);
  }
}

/** A job in steps, as the worker runs it. */
async function toTheEnd(step: (tx: Tx) => Promise<Result<{ done: boolean }>>): Promise<void> {
  for (let done = false; !done;) {
    const stepped = await world.app.get(UnitOfWork).run(asSystem, step);
    expect(stepped.ok).toBe(true);
    done = !stepped.ok || stepped.value.done;
  }
}

/** The operator works out every site that has no claim yet, and somebody else lets them be opened. */
class OperatorOpens implements Command {
  check = (): boolean => true;
  toString = (): string => 'the operator opens what it can';
  async run(model: Model): Promise<void> {
    const desk = precomputing(world);
    const change = await desk.propose();
    expect((await world.as('policyAuthor', 'POST', `/v1/changes/${change.id}/runs`)).status).toBe(202);
    const { rows: [started] } = await database.query<{ id: string }>('SELECT id FROM change_run WHERE change_id = $1', [change.id]);
    await toTheEnd((tx) => world.app.get(PrecomputationRehearsals).step(tx, started?.id ?? ''));
    const run = (await world.as<SitesRun>('policyAuthor', 'GET', `/v1/changes/${change.id}/runs/1`)).body;
    expect((await desk.approve(change, run)).status).toBe(201);
    await toTheEnd((tx) => world.app.get(PrecomputationApplication).step(tx, asSystem, change.id));
    for (const { siteId, claimId } of await desk.opened(change)) {
      if (claimId === undefined || !model.sites.includes(siteId)) continue;
      model.claims.set(claimId, (await claimOf(world, claimId)).state);
      opened += 1;
    }
    await follow(model, ['submit', 'offer_by_rule', 'refer']);
    await new HourComes(0).run(model);
    // Where the rule gives it to people, they offer it: there is to be something to answer.
    if ((await nth(model, 0)).state !== 'in_review') return;
    await new Cause('recommend', 'reviewer', 0, undefined).run(model);
    await new Cause('award', 'approver', 0, undefined).run(model);
  }
}

/** What a merchant does with a claim it did not begin: it corrects it, or says that it is none of its own. */
class Answer implements Command {
  constructor(readonly who: Who, readonly claim: number, readonly event: 'correct' | 'not_mine') {}
  check = ({ claims }: Model): boolean => claims.size > 0;
  toString = (): string => `${this.who} ${this.event} claim ${this.claim}`;
  async run(model: Model): Promise<void> {
    const { id, version, origin, claimVersion, state } = await nth(model, this.claim);
    const { status } = await call(world.url, 'POST', `/v1/claims/${id}/${this.event === 'correct' ? 'corrections' : 'disclaimers'}`, {
      token: tokens[this.who], body: this.event === 'correct' ? { ...DECLARED, answers: { takeTariff: null } } : { note: 'Not ours.' }, ...ifMatch(version),
    });
    expect([201, 403, 404, 409, 412, 422]).toContain(status);
    if (status === 201) {
      expect([origin, claimVersion, state]).toEqual(['operator', 1, 'offered']);
      answered.add(this.event);
    }
    await follow(model, [this.event]);
  }
}

/** The event that a request causes; a dismissal causes none, and comes where an objection could be upheld. */
const eventOf = (request: RequestedEvent): ClaimEvent => (request === 'recommend_refusal' ? 'recommend' : request === 'dismiss' ? 'upheld' : request);

/** Somebody who may cause the event. */
const fit = (event: RequestedEvent): Who => {
  const [actor] = CLAIM_MACHINE.events[eventOf(event)].actors;
  if (actor === 'claim.reopen') return 'supervisor';
  if (actor === 'objection.decide') return 'judge';
  return actor === 'claim.decide' ? 'approver' : actor === 'claim.recommend' || actor === 'claim.pull' ? 'reviewer' : 'owner';
};

/** One request, or the same request twice at once by two people: at most one may count. */
class Cause implements Command {
  constructor(readonly event: RequestedEvent, readonly who: Who, readonly claim: number, readonly rival: Who | undefined) {}
  check = ({ claims }: Model): boolean => claims.size > 0;
  toString = (): string => `${this.who} ${this.event} claim ${this.claim}${this.rival === undefined ? '' : `, and so does ${this.rival}`}`;
  async run(model: Model): Promise<void> {
    const seen = await nth(model, this.claim);
    const requests = [this.who, ...(this.rival === undefined ? [] : [this.rival])].map((who) => cause(world, tokens[who], this.event, seen, terms));
    const statuses = (await Promise.all(requests)).map(({ status }) => status);
    expect(statuses.filter((status) => ![201, 403, 404, 409, 412, 422].includes(status))).toEqual([]);
    const done = statuses.filter((status) => status === 201).length;
    expect(done).toBeLessThanOrEqual(1);
    const { version } = await claimOf(world, seen.id);
    expect(version > seen.version).toBe(done === 1);
    await follow(model, this.event === 'accept_on_account' ? [this.event, 'object'] : this.event === 'dismiss' ? [] : [eventOf(this.event)]);
  }
}

/** Less is proposed of what was granted; whoever may decide it meets it in a later step. */
class ProposesLess implements Command {
  constructor(readonly who: Who, readonly claim: number) {}
  check = ({ claims }: Model): boolean => claims.size > 0;
  toString = (): string => `${this.who} proposes to reduce claim ${this.claim}`;
  async run(model: Model): Promise<void> {
    const { status } = await proposeReduction(world, tokens[this.who], await nth(model, this.claim));
    expect([201, 403, 404, 409, 422]).toContain(status);
    await follow(model, []);
  }
}

/** A claim is held, or goes on: its state stays. */
class Holds implements Command {
  constructor(readonly who: Who, readonly claim: number, readonly kind: 'identity' | 'fraud' | 'legal') {}
  check = ({ claims }: Model): boolean => claims.size > 0;
  toString = (): string => `${this.who} holds claim ${this.claim} for ${this.kind}, or releases it`;
  async run(model: Model): Promise<void> {
    const { id } = await nth(model, this.claim);
    const { body } = await world.as<{ items: { id: string; kind: string; version: number; released?: object }[] }>('reviewer', 'GET', `/v1/claims/${id}/holds`);
    const standing = body.items.find(({ kind, released }) => kind === this.kind && released === undefined);
    const { status } = await call(world.url, 'POST', `/v1/claims/${id}/holds${standing === undefined ? '' : `/${standing.id}/releases`}`, {
      token: tokens[this.who], ...ifMatch(standing?.version ?? 1), body: standing === undefined ? { kind: this.kind, reason: 'doubt', reviewOn: tomorrow() } : { reason: 'clear' },
    });
    expect([201, 403, 409]).toContain(status);
    await follow(model, []);
  }
}
const tomorrow = (): string => new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);

/** Something that may happen to a claim where it stands, by somebody who may: what takes walks far. */
class Step implements Command {
  constructor(readonly claim: number, readonly choice: number) {}
  check = ({ claims }: Model): boolean => claims.size > 0;
  toString = (): string => `claim ${this.claim} takes its possible step ${this.choice}`;
  async run(model: Model): Promise<void> {
    const { allowedEvents } = await nth(model, this.claim);
    const possible = allowedEvents.filter((event): event is (ClaimEvent & RequestedEvent) | 'lapse' => event === 'lapse' || (event in REQUESTS && event !== 'withdraw'));
    const event = possible[this.choice % Math.max(possible.length, 1)];
    if (event === 'lapse') await new DaysPass(this.claim, 40).run(model);
    else if (event !== undefined) await new Cause(event, fit(event), this.claim, undefined).run(model);
  }
}

/** The shop's hours are put right and the claim is assessed again: a new assessment, which what was recommended does not survive. */
class FactsChange implements Command {
  constructor(readonly claim: number, readonly closes: string) {}
  check = ({ claims }: Model): boolean => claims.size > 0;
  toString = (): string => `the shop of claim ${this.claim} closes at ${this.closes}, and is assessed again`;
  async run(model: Model): Promise<void> {
    const { id, siteId } = await nth(model, this.claim);
    const { body } = await world.as<{ items: { id: string; version: number }[] }>('owner', 'GET', `/v1/merchants/${world.world.merchantId}/sites`);
    const version = body.items.find((site) => site.id === siteId)?.version ?? 0;
    const hours = { zone: 'Europe/London', rows: [{ days: [1, 2, 3, 4, 5, 6], opens: '07:00', closes: this.closes }], exceptions: [] };
    expect((await world.as('owner', 'PUT', `/v1/sites/${siteId}/opening-hours`, { body: hours, ...ifMatch(version) })).status).toBe(200);
    await world.as('reviewer', 'POST', `/v1/claims/${id}/assessments`, { body: {} });
    await follow(model, ['overtaken']);
  }
}

/** The hour of a claim comes: its timers run, early ones and late ones alike. */
class HourComes implements Command {
  constructor(readonly claim: number) {}
  check = ({ claims }: Model): boolean => claims.size > 0;
  toString = (): string => `the hour of claim ${this.claim} comes`;
  async run(model: Model): Promise<void> {
    const { id } = await nth(model, this.claim);
    const { rows } = await database.query<{ job: string; assessmentId: string }>(
      `SELECT id AS job, data->>'assessmentId' AS "assessmentId" FROM pgboss.job WHERE name = 'review.decide-by-rule' AND state = 'created' AND data->>'claimId' = $1 ORDER BY created_on`, [id]);
    for (const { job, assessmentId } of rows) {
      const done = await world.app.get(UnitOfWork).run(asSystem, async (tx) => {
        const decided = await world.app.get(StraightThrough).onHour(tx, asSystem, id, assessmentId);
        return decided.ok ? ok(null) : decided;
      });
      expect(done.ok).toBe(true);
      await database.query('UPDATE pgboss.job SET state = \'completed\', completed_on = now() WHERE id = $1 AND name = \'review.decide-by-rule\'', [job]);
    }
    await follow(model, ['offer_by_rule', 'refuse_by_rule', 'refer']);
  }
}

/** The last day of a claim's open request is over: the clock looks at it. */
class SilenceEnds implements Command {
  constructor(readonly claim: number) {}
  check = ({ claims }: Model): boolean => claims.size > 0;
  toString = (): string => `nobody answers for claim ${this.claim}`;
  async run(model: Model): Promise<void> {
    const { id } = await nth(model, this.claim);
    await database.query(`UPDATE information_request SET asked_at = asked_at - interval '30 days', noticed_at = noticed_at - interval '30 days', promised_at = promised_at - interval '30 days',
      next_at = next_at - interval '30 days', version = version + 1 WHERE claim_id = $1 AND state = 'open'`, [id]);
    await world.app.get(Jobs).sweep('review.information-requests-due');
    await follow(model, ['no_answer']);
  }
}

/** Nobody answers an offer of the claim for so long: it is remembered, or lapses. */
class DaysPass implements Command {
  constructor(readonly claim: number, readonly days: number) {}
  check = ({ claims }: Model): boolean => claims.size > 0;
  toString = (): string => `${this.days} days pass for claim ${this.claim}`;
  async run(model: Model): Promise<void> {
    await daysPass(world, database, (await nth(model, this.claim)).id, this.days);
    await follow(model, ['lapse']);
  }
}

/** Somebody who works here says that they have an interest; whatever they recommended before is worth nothing from then on. */
class Declare implements Command {
  constructor(readonly who: Who, readonly claim: number, readonly reach: 'claim' | 'merchant') {}
  check = ({ claims }: Model): boolean => claims.size > 0;
  toString = (): string => `${this.who} has an interest in the ${this.reach} of ${this.claim}`;
  async run(model: Model): Promise<void> {
    const { id } = await nth(model, this.claim);
    const { status } = await call(world.url, 'POST', `/v1/claims/${id}/interests`, { token: tokens[this.who], body: { reach: this.reach } });
    expect(status).toBe(this.who === 'owner' ? 403 : 201);
    await follow(model, []);
  }
}

const claim = fc.nat({ max: 2 });
/** Often enough anybody. */
const whoFor = (event: RequestedEvent): fc.Arbitrary<Who> => fc.oneof({ weight: 3, arbitrary: fc.constant(fit(event)) }, { weight: 2, arbitrary: fc.constantFrom(...PEOPLE) });
const cases = [
  fc.tuple(fc.constantFrom<Who>('owner', 'owner', 'partner', 'reviewer'), fc.nat({ max: 1 }), fc.boolean()).map((args) => new Draft(...args)),
  ...(Object.keys(REQUESTS) as RequestedEvent[]).map((event) => fc.tuple(fc.constant(event), whoFor(event), claim, fc.option(fc.constantFrom(...PEOPLE), { nil: undefined, freq: 5 })).map((args) => new Cause(...args))),
  fc.tuple(claim, fc.constantFrom('18:00', '13:00', '13:15', '11:00')).map((args) => new FactsChange(...args)),
  claim.map((n) => new HourComes(n)),
  claim.map((n) => new SilenceEnds(n)),
  fc.tuple(claim, fc.constantFrom(10, 40)).map((args) => new DaysPass(...args)),
  fc.tuple(fc.constantFrom<Who>('reviewer', 'reviewer', 'approver', 'both', 'owner'), claim).map((args) => new ProposesLess(...args)),
  fc.tuple(fc.constantFrom<Who>('reviewer', 'approver', 'both', 'owner'), claim, fc.constantFrom('identity', 'fraud', 'legal')).map((args) => new Holds(...args)),
  fc.tuple(fc.constantFrom<Who>('owner', 'reviewer', 'approver', 'both'), claim).map(([who, n]) => new Declare(who, n, 'claim')),
  // Of the business only who is no part of every walk: others could never act again.
  fc.tuple(fc.constantFrom<Who>('administrator', 'partner'), claim).map(([who, n]) => new Declare(who, n, 'merchant')),
];
const answers = (['correct', 'not_mine'] as const).map((event) => fc.tuple(fc.constantFrom<Who>('owner', 'owner', 'partner', 'reviewer'), fc.constant(0), fc.constant(event)).map((args) => new Answer(...args)));
/** As many steps that lead on as there are of all others together. */
const commands = [...cases, ...cases.map(() => fc.tuple(claim, fc.nat({ max: 9 })).map((args) => new Step(...args)))];

describe('random walks over the machine, by several people, on a real database', () => {
  it('keep every promise of a claim after every step', async () => {
    await fc.assert(fc.asyncProperty(fc.commands(commands, { maxCommands: 20, size: 'max' }), async (walk) => {
      const sites = [await newSite(world), await newSite(world)];
      const claims = new Map<string, ClaimState>();
      // Everybody would wait for a first draft otherwise; one is filed to begin with.
      await new Draft('owner', 0, true).run({ sites, claims });
      await new Cause('submit', 'owner', 0, undefined).run({ sites, claims });
      await fc.asyncModelRun(() => ({ model: { sites, claims }, real: world }), walk);
    }), { numRuns: 45, endOnFailure: true });
  }, 240_000);

  // A walk goes wherever chance takes it; these go where it may never come.
  it.each<[ended: ClaimState, ...path: (RequestedEvent | 'days pass')[]]>([
    ['expired', 'submit', 'pull', 'recommend', 'award', 'days pass'],
    ['offered', 'submit', 'pull', 'recommend', 'award', 'days pass', 'take_up_again'],
    ['accepted', 'submit', 'pull', 'recommend', 'award', 'accept'],
    ['rejected', 'submit', 'pull', 'recommend_refusal', 'refuse'],
    ['info_requested', 'submit', 'pull', 'ask'],
    ['withdrawn', 'submit', 'withdraw'],
  ])('keep them on the way to %s', async (ended, ...path) => {
    const model: Model = { sites: [await newSite(world)], claims: new Map() };
    await new Draft('owner', 0, true).run(model);
    for (const step of path) await (step === 'days pass' ? new DaysPass(0, 40) : new Cause(step, fit(step), 0, undefined)).run(model);
    expect([...model.claims.values()]).toEqual([ended]);
  });

  it('came to every state that events of today lead to', () => {
    expect([...visited].sort()).toEqual([...LIVE_STATES, 'draft', 'expired', 'rejected', 'withdrawn'].sort());
  });

  it('keep them too where the operator opened the claim, and its merchant corrects it or says that it is somebody else\'s', async () => {
    await fc.assert(fc.asyncProperty(fc.commands([...Array.from({ length: 8 }, () => answers).flat(), ...commands], { maxCommands: 8, size: 'max' }), async (walk) => {
      const model = { sites: [await newSite(world)], claims: new Map<string, ClaimState>() };
      await new OperatorOpens().run(model);
      await fc.asyncModelRun(() => ({ model, real: world }), walk);
    }), { numRuns: 9, endOnFailure: true });
    expect(opened).toBe(9);
  }, 240_000);

  it.each(['correct', 'not_mine'] as const)('keep them where the merchant of an opened claim says %s', async (event) => {
    const model: Model = { sites: [await newSite(world)], claims: new Map() };
    await new OperatorOpens().run(model);
    await new Answer('owner', 0, event).run(model);
    expect(answered.has(event)).toBe(true);
  });

  it('left every chain whole, and every assessment recomputable to the byte', async () => {
    const broken: unknown[] = [];
    await world.app.get(AuditQueries).verifyAll((verdict) => { broken.push(verdict); });
    expect(broken).toEqual([]);
    const recomputed = await world.app.get(AssessmentVerification).run({ actor: systemActor('test'), requestId: 'test' });
    expect(recomputed).toMatchObject({ ok: true, value: { faults: [] } });
    expect(recomputed.ok ? recomputed.value.checked : 0).toBeGreaterThan(50);
  });
});
