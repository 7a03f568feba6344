import type { INestApplicationContext } from '@nestjs/common';
import { unwrap } from '../platform/http/refusal-exception.js';
import { money, currency, parseRatio, type Ratio } from '../core/money/index.js';
import { parseInstant, type Instant } from '../core/time/index.js';
import type { Context } from '../platform/access/context.js';
import { FundLedger } from '../modules/funds/index.js';
import { MerchantProfiles, MerchantSites, SiteEnrolments } from '../modules/merchants/index.js';
import { OutageRegister, ServiceCatalogue } from '../modules/outages/index.js';
import { PolicyImports } from '../modules/policies/index.js';
import { SchemePlanning } from '../modules/schemes/index.js';
import { Cast } from './cast.js';
import { DEMO_PEOPLE } from './demo-people.js';

const at = (text: string): Instant => unwrap(parseInstant(text));
const share = (text: string): Ratio => unwrap(parseRatio(text));

/** Ids of what was made, for the demo run and its test. */
export interface DemoWorld {
  readonly schemeId: string;
  readonly merchantId: string;
  readonly siteId: string;
  readonly outageId: string;
  readonly fundId: string;
}

export const PAYMENTS = 'harbourline.payments';

/** The staff, the policies, and Harbourline: all that a test needs, made in a moment. */
export async function seedSmallWorld(app: INestApplicationContext, policyFolder: string): Promise<DemoWorld> {
  const cast = new Cast(app);
  await cast.hire(Object.values(DEMO_PEOPLE));
  unwrap(await app.get(PolicyImports).importFolder(cast.as(DEMO_PEOPLE.policyAuthor), policyFolder));
  return seedHarbourline(app, cast);
}

/**
 * An invented operator whose card payments failed on 13 October 2026, with one degraded and one unknown stretch, and one invented
 * café with a till export: the claim that the README files. Made through the same services as everything else, by different people
 * where two are needed.
 */
export async function seedHarbourline(app: INestApplicationContext, cast: Cast): Promise<DemoWorld> {
  const outageId = await recordOutage(app, cast.as(DEMO_PEOPLE.registerEditor), cast.as(DEMO_PEOPLE.registerSecond));
  const fund = unwrap(await app.get(FundLedger).create(cast.as(DEMO_PEOPLE.finance), { code: 'harbourline-2026', name: 'Harbourline October 2026', mode: 'open', currency: 'GBP' }));
  const schemeId = await planScheme(app, cast.as(DEMO_PEOPLE.policyAuthor), outageId, fund.id);
  const { merchantId, siteId } = await openCafe(app, cast);
  return { schemeId, merchantId, siteId, outageId, fundId: fund.id };
}

async function recordOutage(app: INestApplicationContext, editor: Context, second: Context): Promise<string> {
  const services = app.get(ServiceCatalogue);
  unwrap(await services.add(editor, { code: 'harbourline', names: { en: 'Harbourline (synthetic operator)', ko: '하버라인(가상의 사업자)', fr: 'Harbourline (opérateur fictif)' } }));
  for (const [code, en, ko, fr] of [[PAYMENTS, 'Card payments', '카드 결제', 'Paiements par carte'], ['harbourline.messages', 'Messages', '메시지', 'Messages']] as const) {
    unwrap(await services.add(editor, { code, parent: 'harbourline', names: { en, ko, fr } }));
  }
  const register = app.get(OutageRegister);
  const line = (from: string, to: string) => ({ service: PAYMENTS, region: '*', from: at(from), to: at(to) });
  const draft = unwrap(await register.createDraft(editor, {
    code: 'harbourline-2026-10-13', title: { en: 'Card payments, 13 October 2026', ko: '2026년 10월 13일 카드 결제 장애', fr: 'Paiements par carte, 13 octobre 2026' },
    content: {
      complete: true,
      scope: [{ ...line('2026-10-13T00:00+01:00', '2026-10-14T00:00+01:00'), entry: 0 }],
      officialWindows: [{ service: PAYMENTS, from: at('2026-10-13T10:20+01:00'), to: at('2026-10-13T14:00+01:00') }],
      segments: [
        { ...line('2026-10-13T10:20+01:00', '2026-10-13T12:40+01:00'), state: 'down', source: 'synthetic monitor' },
        { ...line('2026-10-13T12:40+01:00', '2026-10-13T13:30+01:00'), state: 'degraded', level: share('0.4'), source: 'synthetic monitor' },
        { ...line('2026-10-13T13:30+01:00', '2026-10-13T13:50+01:00'), state: 'unknown', source: 'monitor silent' },
        { ...line('2026-10-13T13:50+01:00', '2026-10-13T14:10+01:00'), state: 'up', source: 'synthetic monitor' },
      ],
    },
  }));
  const confirmed = unwrap(await register.confirm(second, draft.id, draft.version, 1));
  const ended = unwrap(await register.end(second, draft.id, confirmed.version, at('2026-10-13T14:10+01:00')));
  unwrap(await register.finalise(second, draft.id, ended.version));
  return draft.id;
}

async function planScheme(app: INestApplicationContext, author: Context, outageId: string, fundId: string): Promise<string> {
  const text = (kind: 'terms' | 'release' | 'limitation' | 'who_decides', body: string) => ({ kind, language: 'en', body });
  const scheme = unwrap(await app.get(SchemePlanning).plan(author, {
    code: 'harbourline-2026-10', policyKey: 'default-gbp', fundId, outageIds: [outageId], zone: 'Europe/London', graceDays: 30,
    title: { en: 'Lost sales, 13 October 2026', ko: '2026년 10월 13일 매출 손실', fr: 'Ventes perdues, 13 octobre 2026' },
    opensAt: at('2026-10-14T00:00+01:00'), closesAt: at('2036-01-01T00:00Z'),
    contact: { name: 'Harbourline merchant care', email: 'claims@harbourline.example' }, targetDays: { assess: 1, decide: 14 },
    texts: [
      text('terms', 'Synthetic terms: we pay what the policy gives; you keep every other right.'),
      text('release', ''),
      text('limitation', 'Synthetic notice: other claims against the operator are not affected, and run by their own time limits.'),
      text('who_decides', 'A rule decides within published limits; above them two people do. You can always ask for a person.'),
    ],
  }));
  return scheme.id;
}

async function openCafe(app: INestApplicationContext, cast: Cast): Promise<{ merchantId: string; siteId: string }> {
  const profiles = app.get(MerchantProfiles);
  const merchant = unwrap(await profiles.create(cast.as(DEMO_PEOPLE.owner), {
    legalName: 'The Corner Café (synthetic)', registration: { scheme: 'none', value: '' }, sector: { system: 'makegood', code: 'food' }, country: 'GB', language: 'en',
    zone: 'Europe/London',
    sizes: [{ measure: 'turnover', year: 2025, value: money(18_000_000n, currency('GBP')).minor.toString(), currency: 'GBP', source: 'synthetic' }],
  }));
  unwrap(await profiles.verify(cast.as(DEMO_PEOPLE.reviewer), merchant.id, merchant.version));
  const signatory = cast.as(DEMO_PEOPLE.owner, [merchant.id]);
  const [sites, enrolments] = [app.get(MerchantSites), app.get(SiteEnrolments)];
  const site = unwrap(await sites.add(signatory, merchant.id, {
    name: 'Corner Café, Harbour Street', online: false, country: 'GB',
    openingHours: { zone: 'Europe/London', rows: [{ days: [1, 2, 3, 4, 5, 6], opens: '07:00', closes: '18:00' }], exceptions: [] },
  }));
  unwrap(await enrolments.add(signatory, site.id, { service: PAYMENTS, region: '*', from: at('2025-01-01T00:00Z') }));
  return { merchantId: merchant.id, siteId: site.id };
}
