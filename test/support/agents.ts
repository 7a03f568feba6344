import { ok } from '../../src/core/errors/index.js';
import { feeIn, MandateAssertions, MandateLetters, type MandateRow } from '../../src/modules/agents/index.js';
import { MerchantProfiles, MerchantSites, SiteEnrolments } from '../../src/modules/merchants/index.js';
import type { Context } from '../../src/platform/access/context.js';
import { Database } from '../../src/platform/database/database.js';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { unwrap } from '../../src/platform/http/refusal-exception.js';
import { newPerson } from './claims.js';
import { asSystem, at } from './lower-floors.js';
import type { World } from './world.js';

export interface Agency {
  readonly agentId: string;
  readonly userId: string;
  readonly token: string;
  readonly email: string;
  readonly ctx: Context;
}

/** An agent with one person who works for it, set up as an administrator does. */
export async function newAgency(world: World, name = 'Claims for you'): Promise<Agency> {
  const { id: userId, token, email } = await newPerson(world, ['agent']);
  const { body: agent } = await world.as<{ id: string }>('administrator', 'POST', '/v1/agents', { body: { name, language: 'en' } });
  const { status, body } = await world.as('administrator', 'POST', `/v1/agents/${agent.id}/members`, { body: { userId } });
  if (status !== 201) throw new Error(JSON.stringify(body));
  return { agentId: agent.id, userId, token, email, ctx: { actor: { kind: 'user', userId, roles: ['agent'], memberships: [] }, requestId: 'test' } };
}

/** A business that the agent opened, with one shop that used the service, under a mandate that nobody has confirmed. */
export async function openedByAgent(world: World, { agentId, ctx }: Agency, email = 'keeper@small-shop.example'): Promise<{ merchantId: string; siteId: string; mandate: MandateRow }> {
  const { app } = world;
  return unwrap(await app.get(UnitOfWork).run(ctx, async (tx) => {
    const merchant = unwrap(await app.get(MerchantProfiles).open(tx, ctx, {
      legalName: 'Small shop (synthetic)', registration: { scheme: 'none', value: '' }, sector: { system: 'makegood', code: 'food' }, country: 'GB', language: 'en',
      zone: 'Europe/London', sizes: [],
    }));
    const site = unwrap(await app.get(MerchantSites).open(tx, ctx, merchant.id, {
      name: 'Small shop', online: false, country: 'GB', openingHours: { zone: 'Europe/London', rows: [{ days: [1, 2, 3, 4, 5, 6], opens: '07:00', closes: '18:00' }], exceptions: [] },
    }));
    unwrap(await app.get(SiteEnrolments).open(tx, ctx, site, { service: 'harbourline.payments', region: '*', from: at('2025-01-01T00:00:00Z') }));
    const mandate = unwrap(await app.get(MandateAssertions).assertOpened(tx, ctx, agentId, {
      merchantId: merchant.id, document: { name: 'letter.pdf', hash: 'a'.repeat(64) }, fee: unwrap(feeIn({ share: '15%', words: '15 % of what is paid' })),
      contact: { name: 'Kim Keeper', email }, language: 'en',
    }));
    return ok({ merchantId: merchant.id, siteId: site.id, mandate });
  }));
}

/** The link as the letter carries it. */
export const linkOf = async (world: World, mandate: Pick<MandateRow, 'id' | 'merchantId' | 'assertedAt'>): Promise<string> =>
  unwrap(await world.app.get(UnitOfWork).run(asSystem, async (tx) => ok(await world.app.get(MandateLetters).link(tx, mandate))));

export const stateOf = async (world: World, claimId: string): Promise<string> =>
  (await world.app.get(Database).reader.query<{ state: string }>('SELECT state FROM claim WHERE id = $1', [claimId]))[0]?.state ?? 'gone';
