import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { allowedEvents, leads } from '../../src/core/machine/index.js';
import { refuse } from '../../src/core/errors/index.js';
import { CLAIM_MACHINE, CLAIM_STATES, ClaimLifecycle, type ClaimEvent, type ClaimState } from '../../src/modules/claims/index.js';
import { isAllowed, isPermission, type Permission } from '../../src/platform/access/permissions.js';
import type { Role } from '../../src/platform/access/roles.js';
import { ROLES } from '../../src/platform/access/roles.js';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { asSystem } from '../support/lower-floors.js';
import { cause, claimAt, claimOf, daysPass, newPerson, proposeReduction, REQUESTS, termsOf, type Claim, type RequestedEvent } from '../support/claims.js';
import { openWorld, type World } from '../support/world.js';

const EVENTS = Object.keys(CLAIM_MACHINE.events) as ClaimEvent[];
const REQUESTED = EVENTS.filter((event): event is ClaimEvent & RequestedEvent => event in REQUESTS);

let world: World;
let application: Client;
let owners: Client;
let terms: string;
/** Somebody who decides objections and nothing else. */
let judge: string;
/** Who may stand before the machine: the owner and a member of the merchant, and one person for each role. */
const people = new Map<string, { token: string; may: (permission: Permission) => boolean }>();

beforeAll(async () => {
  world = await openWorld({ config: { autoDecisionDelaySeconds: 3_600 } });
  application = new Client({ connectionString: world.database.appUrl });
  await application.connect();
  terms = await termsOf(world);
  const { merchantId } = world.world;
  const staff = (role: Role) => ({ kind: 'user', userId: '', roles: [role], memberships: [] }) as const;
  const belonging = (role: 'owner' | 'member') => ({ kind: 'user', userId: '', roles: [], memberships: [{ merchantId, role }] }) as const;
  for (const role of ROLES) people.set(role, { token: (await newPerson(world, [role])).token, may: (permission) => isAllowed(staff(role), permission) });
  const member = await newPerson(world, []);
  await application.query('INSERT INTO membership (user_id, merchant_id, role) VALUES ($1, $2, \'member\')', [member.id, merchantId]);
  judge = (await newPerson(world, ['approver'])).token;
  owners = new Client({ connectionString: world.database.ownerUrl });
  await owners.connect();
  people.set('owner', { token: world.tokens.owner, may: (permission) => isAllowed(belonging('owner'), permission) });
  people.set('member', { token: member.token, may: (permission) => isAllowed(belonging('member'), permission) });
});

afterAll(async () => {
  await Promise.all([application.end(), owners.end()]);
  await world.close();
});

/** A claim in each state. Where the event is about an objection, with one that is open or was answered. */
async function claimIn(state: ClaimState, next?: ClaimEvent): Promise<Claim> {
  const { owner, reviewer, approver } = world.tokens;
  const filed = [['submit', owner]] as const;
  const reviewed = [...filed, ['pull', reviewer]] as const;
  const recommended = [...reviewed, [state === 'recommended' && next === 'refuse' ? 'recommend_refusal' : 'recommend', reviewer]] as const;
  const offered = [...recommended, ['award', approver]] as const;
  const open = next === 'upheld' ? [['object', owner]] as const : [];
  switch (state) {
    case 'draft': return claimAt(world);
    case 'submitted': return claimAt(world, ...filed);
    case 'in_review': return claimAt(world, ...reviewed);
    case 'info_requested': return claimAt(world, ...reviewed, ['ask', reviewer]);
    case 'recommended': return claimAt(world, ...recommended);
    case 'offered': return proposedIf(next, claimAt(world, ...offered, ...open));
    case 'accepted': return next === 'upheld' || next === 'object'
      ? claimAt(world, ...offered, ['accept_on_account', owner], ...(next === 'object' ? [['dismiss', judge]] as const : []))
      : proposedIf(next, claimAt(world, ...offered, ['accept', owner]));
    case 'rejected': return claimAt(world, ...offered, ['decline', owner], ...open);
    case 'withdrawn': return claimAt(world, ...filed, ['withdraw', owner]);
    case 'expired': {
      const { id } = await claimAt(world, ...offered);
      await daysPass(world, owners, id, 40);
      return claimOf(world, id);
    }
  }
}

/** A reduction is decided where another person has proposed one. */
async function proposedIf(next: ClaimEvent | undefined, made: Promise<Claim>): Promise<Claim> {
  const claim = await made;
  if (next === 'reduce') expect((await proposeReduction(world, world.tokens.reviewer, claim)).status).toBe(201);
  return claim;
}

/** What only a claim of the operator can do is never an answer about these, nor is an amendment where staff have opened them. */
const ofMerchants = (event: ClaimEvent): boolean => !CLAIM_MACHINE.events[event].guards.includes('asOperatorOpened');
const mayCause = (may: (permission: Permission) => boolean, event: ClaimEvent): boolean => CLAIM_MACHINE.events[event].actors.some((actor) => isPermission(actor) && may(actor));

const nowIn = (state: ClaimState, event: ClaimEvent): boolean => CLAIM_MACHINE.events[event].from.includes(state);

/** One claim a state for every event that the table refuses there: each finds it as the one before left it. */
const standing = new Map<ClaimState, Claim>();
async function claimFor(state: ClaimState, event: ClaimEvent): Promise<Claim> {
  if (nowIn(state, event)) return claimIn(state, event);
  const claim = standing.get(state) ?? await claimIn(state);
  standing.set(state, claim);
  expect(await versionOf(claim)).toBe(claim.version);
  return claim;
}

async function versionOf({ id }: Claim): Promise<number> {
  const { rows: [row] } = await owners.query<{ version: number }>('SELECT version FROM claim WHERE id = $1', [id]);
  return row?.version ?? 0;
}

describe.each(CLAIM_STATES)('over HTTP, a claim that is %s', (state) => {
  it.each(REQUESTED)('%s: whoever may not is turned away, whoever may is answered by the table', async (event) => {
    let claim = await claimFor(state, event);
    const told: Record<string, unknown> = {};
    const expected: Record<string, unknown> = {};
    for (const [person, { token, may }] of people) {
      const allowed = mayCause(may, event);
      const { status, body } = await cause(world, token, event, claim, terms);
      const { allowed: possible } = (body['params'] ?? {}) as { allowed?: string[] };
      const moved = (await versionOf(claim)) > claim.version;
      told[person] = { status, possible, moved };
      if (!allowed) expected[person] = { status: 403, possible: undefined, moved: false };
      else if (nowIn(state, event)) expected[person] = { status: 201, possible: undefined, moved: true };
      else expected[person] = { status: 409, possible: allowedEvents(CLAIM_MACHINE, state).filter((other) => ofMerchants(other) && mayCause(may, other)), moved: false };
      if (moved) claim = await claimIn(state, event);
    }
    expect(told).toEqual(expected);
  });
});

describe.each(CLAIM_STATES)('in the service, a claim that is %s', (state) => {
  it('moves as the table says for each event and target, and for nothing else', async () => {
    const claim = await claimIn(state);
    const lifecycle = world.app.get(ClaimLifecycle);
    const outcome = async (event: ClaimEvent, to: ClaimState): Promise<string> => {
      let moved = '';
      const undone = await world.app.get(UnitOfWork).run(asSystem, async (tx) => {
        const locked = await lifecycle.locked(tx, claim.id);
        if (!locked.ok) return locked;
        const request = { event, to, ...(claim.assessmentId === undefined ? {} : { assessmentId: claim.assessmentId }) };
        // Filing freezes the answers in the same statement as the move, so a draft is only asked about.
        const applied = state === 'draft' ? lifecycle.decide(asSystem, locked.value, request) : await lifecycle.apply(tx, asSystem, locked.value, request);
        if (!applied.ok) return applied;
        moved = typeof applied.value === 'string' ? applied.value : applied.value.state;
        return refuse('test.undone');
      });
      if (undone.ok) throw new Error('the move was kept');
      return moved === '' ? undone.refusal.code : moved;
    };
    const expected = (event: ClaimEvent, to: ClaimState): string => {
      const { guards } = CLAIM_MACHINE.events[event];
      if (!leads(CLAIM_MACHINE.events[event], state, to)) return 'machine.not_allowed';
      if (guards.includes('asOperatorOpened')) return 'claims.not_operators';
      return guards.includes('assessmentCurrent') && claim.assessmentId === undefined ? 'claims.assessment_stale' : to;
    };
    for (const event of EVENTS) {
      for (const to of CLAIM_STATES) expect(`${event} to ${to}: ${await outcome(event, to)}`).toBe(`${event} to ${to}: ${expected(event, to)}`);
    }
    expect(await claimOf(world, claim.id)).toEqual(claim);
  });
});

it.each(REQUESTED)('%s is refused to whoever has seen another version of the claim, and moves nothing', async (event) => {
  const [state = 'draft'] = CLAIM_MACHINE.events[event].from;
  const claim = await claimIn(state, event);
  const [, { token } = { token: '' }] = [...people].find(([, { may }]) => mayCause(may, event)) ?? [];
  expect(await cause(world, token, event, { ...claim, version: claim.version + 1 }, terms)).toMatchObject({ status: 412, body: { code: 'http.stale' } });
  expect(await claimOf(world, claim.id)).toMatchObject({ version: claim.version, state: claim.state });
});

it('what the API says may happen is what the table lists, and its document names the same states', async () => {
  for (const state of CLAIM_STATES) expect((await claimIn(state)).allowedEvents).toEqual(allowedEvents(CLAIM_MACHINE, state).filter(ofMerchants));
  const { body } = await world.as<{ paths: Record<string, { get?: { parameters: { name: string; schema: { enum?: string[] } }[] } }> }>('owner', 'GET', '/docs/openapi.json');
  const filter = body.paths['/v1/claims']?.get?.parameters.find(({ name }) => name === 'state');
  expect(filter?.schema.enum).toEqual([...CLAIM_STATES]);
});
