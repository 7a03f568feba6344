import { Readable } from 'node:stream';
import { ok } from '../core/errors/index.js';
import { systemActor } from '../platform/access/actor.js';
import type { Context } from '../platform/access/context.js';
import { UnitOfWork } from '../platform/database/unit-of-work.js';
import { unwrap } from '../platform/http/refusal-exception.js';
import { AgentOrganisations, feeIn, MandateAssertions } from '../modules/agents/index.js';
import { BatchChecks, BatchUploads } from '../modules/claim-batches/index.js';
import { MerchantProfiles } from '../modules/merchants/index.js';
import { DEMO_PEOPLE } from './demo-people.js';
import type { Stage } from './stage.js';

const SYSTEM: Context = { actor: systemActor('demo'), requestId: 'demo' };

const row = (n: number, change: Record<string, string> = {}): Record<string, string> => ({
  external_id: `desk-${n}`, business_name: `Quay shop ${n} (synthetic)`, registration_scheme: 'none', trade: 'retail', country: 'GB', language: 'en', zone: 'Europe/London',
  contact_name: `Keeper ${n} (synthetic)`, contact_email: `keeper-${n}@quay-shops.example`, site_name: `Quay ${n}`, opening_hours: 'Mo-Sa 09:00-18:00', services: 'harbourline.payments',
  used_since: '2025-01-01', scheme: 'harbourline-2026-10', window_from: '2026-10-13T10:20:00+01:00', window_to: '2026-10-13T14:00:00+01:00', mandate_document: `letter-${n}.pdf`,
  agent_fee: '15%', agent_fee_words: '15 % of what is paid, nothing otherwise', true_statement: 'yes', paid_elsewhere: 'no', 'answer.takeTariff': 'yes', ...change,
});

/** An invented agent with a file that was checked and not yet filed, some of its rows with errors, and one mandate that waits for its business. */
export async function openAgentDesk({ app, cast }: Stage): Promise<void> {
  const ctx = cast.as(DEMO_PEOPLE.agent);
  const userId = ctx.actor.kind === 'user' ? ctx.actor.userId : '';
  const agent = unwrap(await app.get(AgentOrganisations).open(SYSTEM, { name: 'Quayside Claims (synthetic)', language: 'en' }));
  unwrap(await app.get(AgentOrganisations).addMember(SYSTEM, agent.id, userId));
  unwrap(await app.get(UnitOfWork).run(ctx, async (tx) => {
    const merchant = unwrap(await app.get(MerchantProfiles).open(tx, ctx, {
      legalName: 'Quay bakery (synthetic)', registration: { scheme: 'none', value: '' }, sector: { system: 'makegood', code: 'food' }, country: 'GB', language: 'en', zone: 'Europe/London', sizes: [],
    }));
    const mandate = unwrap(await app.get(MandateAssertions).assertOpened(tx, ctx, agent.id, {
      merchantId: merchant.id, document: { name: 'engagement-letter-17.pdf' }, fee: unwrap(feeIn({ share: '15%', words: '15 % of what is paid, nothing otherwise' })),
      contact: { name: 'Bo Baker (synthetic)', email: 'baker@quay-shops.example' }, language: 'en',
    }));
    await app.get(MandateAssertions).askOnce(tx, ctx, mandate.id);
    return ok(null);
  }));
  const rows = [
    ...Array.from({ length: 8 }, (_, index) => row(index + 1)), row(9, { zone: 'Europe/Londno', opening_hours: 'weekdays', agent_fee: '150%' }), row(10, { services: 'harbourline.payment' }),
    row(11, { external_id: 'desk-3', site_name: 'A second shop' }),
  ];
  const file = { stream: Readable.from([Buffer.from(rows.map((one) => JSON.stringify(one)).join('\n'))]), fileName: 'quay-october.ndjson' };
  const batch = unwrap(await app.get(BatchUploads).upload(ctx, file, { mode: 'lenient', ceilingPercent: 50 }));
  while (!unwrap(await app.get(UnitOfWork).run(SYSTEM, (tx) => app.get(BatchChecks).step(tx, SYSTEM, batch.id))).done);
}
