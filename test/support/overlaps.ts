import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Context } from '../../src/platform/access/context.js';
import { Database } from '../../src/platform/database/database.js';
import { DEMO_PEOPLE, type DemoPerson } from '../../src/demo/demo-people.js';
import { OutageRegister } from '../../src/modules/outages/index.js';
import { PolicyCatalogue } from '../../src/modules/policies/index.js';
import { SchemePlanning } from '../../src/modules/schemes/index.js';
import { asSystem, at } from './lower-floors.js';
import { value } from './kt-world.js';
import type { World } from './world.js';

export const PAYMENTS = 'harbourline.payments';
export const MESSAGES = 'harbourline.messages';

/** Open hours in which the policy `made-up` looks for sales that were made up. */
export const MADE_UP_HOURS = 2;

/** The default policy; with a make-up window, or for another head of loss. */
const POLICIES = {
  'default-gbp': (text: string) => text,
  'made-up': (text: string) => text
    .replace(/examples:[\s\S]*/, 'examples:\n  - { name: nothing is on record, given: { enrolled: "false" }, expect: { outcome: ineligible, reasons: [outage_not_recorded, not_enrolled] } }\n')
    .replace('policy: default-gbp', 'policy: made-up')
    .replace('  - { id: marginShare,', `  - { id: later, use: makeup, in: { loss: $loss, after: $counted }, with: { openHours: "${MADE_UP_HOURS}" } }\n  - { id: kept, use: sum, in: { items: [$loss], less: [$later] } }\n  - { id: marginShare,`)
    .replace('in: { of: $loss, rate: $marginShare }', 'in: { of: $kept, rate: $marginShare }'),
  fees: (text: string) => text.replace('policy: default-gbp', 'policy: fees').replace('head: lost_sales', 'head: fee'),
} as const;

export type PolicyKey = keyof typeof POLICIES;

async function contextOf(world: World, { email, roles }: DemoPerson): Promise<Context> {
  const [row] = await world.app.get(Database).reader.query<{ id: string }>('SELECT id::text FROM app_user WHERE email = $1', [email]);
  return { actor: { kind: 'user', userId: row?.id ?? '', roles, memberships: [] }, requestId: 'test' };
}

/** Trouble of both services of Harbourline from 12 to 16 October 2026, down from nine to five each day, and policies to claim for it. */
export async function recordWeek(world: World): Promise<string> {
  const [editor, second] = [await contextOf(world, DEMO_PEOPLE.registerEditor), await contextOf(world, DEMO_PEOPLE.registerSecond)];
  const register = world.app.get(OutageRegister);
  const both = (from: string, to: string) => [PAYMENTS, MESSAGES].map((service) => ({ service, region: '*', from: at(from), to: at(to) }));
  const days = ['12', '13', '14', '15', '16'];
  const draft = value(await register.createDraft(editor, {
    code: 'harbourline-week', title: { en: 'A week of trouble', ko: '일주일간의 장애', fr: 'Une semaine de pannes' },
    content: {
      complete: true, officialWindows: [], scope: both('2026-10-12T00:00+01:00', '2026-10-17T00:00+01:00').map((line) => ({ ...line, entry: 0 })),
      segments: days.flatMap((day) => both(`2026-10-${day}T09:00+01:00`, `2026-10-${day}T17:00+01:00`).map((line) => ({ ...line, state: 'down' as const, source: 'synthetic monitor' }))),
    },
  }));
  const confirmed = value(await register.confirm(second, draft.id, draft.version, 1));
  const ended = value(await register.end(second, draft.id, confirmed.version, at('2026-10-17T00:00+01:00')));
  value(await register.finalise(second, draft.id, ended.version));
  const text = readFileSync('policies/default-gbp.yaml', 'utf8');
  for (const key of ['made-up', 'fees'] as const) value(await world.app.get(PolicyCatalogue).publish(asSystem, POLICIES[key](text)));
  return draft.id;
}

/** One more offering for an outage. */
export async function newScheme(world: World, outageId: string, policyKey: PolicyKey, change: object = {}): Promise<string> {
  const scheme = value(await world.app.get(SchemePlanning).plan(await contextOf(world, DEMO_PEOPLE.policyAuthor), {
    code: `offer-${randomBytes(5).toString('hex')}`, policyKey, outageIds: [outageId], zone: 'Europe/London', graceDays: 30,
    title: { en: 'An offer', ko: '보상안', fr: 'Une offre' }, contact: { name: 'Care', email: 'care@harbourline.example' }, targetDays: { assess: 1, decide: 14 },
    opensAt: at('2026-10-14T00:00+01:00'), closesAt: at('2036-01-01T00:00Z'),
    texts: (['terms', 'limitation', 'who_decides'] as const).map((kind) => ({ kind, language: 'en', body: kind })), ...change,
  }));
  return scheme.id;
}
