import { expect } from '@jest/globals';
import { MEMBER_PERMISSIONS, ROLE_PERMISSIONS } from '../../src/platform/access/permissions.js';
import type { Context } from '../../src/platform/access/context.js';
import type { MemberRole, Role } from '../../src/platform/access/roles.js';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { ok } from '../../src/core/errors/index.js';
import { unwrap } from '../../src/platform/http/refusal-exception.js';
import { People } from '../../src/modules/identity/index.js';
import { newAgency } from './agents.js';
import { call } from './app.js';
import type { World } from './world.js';

const PASSWORD = 'a password of the tests';
const SYSTEM: Context = { actor: { kind: 'system', name: 'test' }, requestId: 'test' };

/** Somebody new, with at most one role, signed in. */
export async function signedIn(world: World, name: string, as: { role?: Role; member?: { merchantId: string; role: MemberRole } } = {}): Promise<string> {
  const people = world.app.get(People);
  const email = `${name.replaceAll('_', '-')}@persona.example`;
  const { id } = unwrap(await people.create(SYSTEM, { email, name, password: PASSWORD }));
  if (as.role !== undefined) unwrap(await people.grant(SYSTEM, id, as.role));
  const { member } = as;
  if (member !== undefined) {
    unwrap(await world.app.get(UnitOfWork).run(SYSTEM, async (tx) => ok(await people.addMember(tx, { userId: id, ...member }))));
  }
  const { status, body } = await call<{ token: string }>(world.url, 'POST', '/v1/sessions', { body: { email, password: PASSWORD } });
  expect(status).toBe(201);
  return body.token;
}

/** One person for each role there is, and one who has none: what they may do is what their role may. */
export async function everyRole(world: World): Promise<ReadonlyMap<string, string>> {
  const { merchantId } = world.world;
  const personas = new Map([['nobody', await signedIn(world, 'nobody')]]);
  for (const role of Object.keys(ROLE_PERMISSIONS) as Role[]) personas.set(role, await signedIn(world, role, { role }));
  for (const role of Object.keys(MEMBER_PERMISSIONS) as MemberRole[]) {
    personas.set(`merchant_${role}`, await signedIn(world, `merchant_${role}`, { member: { merchantId, role } }));
  }
  personas.set('merchant_agent', await mandatedAgent(world, merchantId));
  return personas;
}

/** Somebody of an agent whose mandate over the business was confirmed: what they may for it they may with `ACTING`. */
async function mandatedAgent(world: World, merchantId: string): Promise<string> {
  const agency = await newAgency(world, 'The agent of the café');
  const { body } = await call<{ id: string }>(world.url, 'POST', '/v1/mandates', {
    token: agency.token, body: { merchantId, document: { name: 'letter.pdf' }, fee: { words: 'nothing' }, language: 'en' },
  });
  const { status } = await world.as('owner', 'POST', `/v1/mandates/${body.id}/acceptances`, { headers: { 'if-match': '"2"' } });
  expect(status).toBe(201);
  return agency.token;
}

/** What a persona sends along to act as what it is. */
export const headersOf = (world: World, persona: string | undefined): Record<string, string> => (persona === 'merchant_agent' ? { 'act-for': world.world.merchantId } : {});
