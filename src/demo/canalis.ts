import { HOUR, parseInstant, startOf, toLocal, addDays, dateAt, weekdayOf, type Instant, type Interval } from '../core/time/index.js';
import { money, currency } from '../core/money/index.js';
import { bankDayFrom } from '../core/payments/index.js';
import { unwrap } from '../platform/http/refusal-exception.js';
import { FundDeposits, FundLedger } from '../modules/funds/index.js';
import { EVERYWHERE, OutageRegister, ServiceCatalogue } from '../modules/outages/index.js';
import { PolicyCatalogue } from '../modules/policies/index.js';
import { SchemePlanning, type SchemePlan } from '../modules/schemes/index.js';
import { DEMO_PEOPLE, STORY_PEOPLE } from './demo-people.js';
import { sharedEuros } from './policy-drafts.js';
import type { Stage } from './stage.js';

const at = (text: string): Instant => unwrap(parseInstant(text));
export const CANALIS_ZONE = 'Europe/Paris';
export const CANALIS_SERVICE = 'canalis.payments';
/** A Tuesday on which the terminals of an invented French operator did not work. */
export const TERMINALS_DOWN: Interval = { from: at('2025-11-18T09:00+01:00'), to: at('2025-11-18T19:00+01:00') };
const SCHEME_OPENS = at('2025-11-20T00:00+01:00');

/** The calendar of the story, counted back from the present: a Monday of payment on which banks are open, four weeks ago at least, and what lies around it. */
export interface CanalisDays {
  readonly filed: Instant;
  readonly closed: Instant;
  readonly shared: Instant;
  readonly paid: Instant;
  readonly statement: Instant;
  /** Somebody finds that less was lost; once the owners have been heard, less is granted. */
  readonly corrected: Instant;
  readonly reduced: Instant;
}

export function canalisDays(now: Instant): CanalisDays {
  const fourWeeksAgo = addDays(dateAt(now, CANALIS_ZONE), -28);
  let monday = addDays(fourWeeksAgo, 1 - weekdayOf(toLocal(startOf(fourWeeksAgo, CANALIS_ZONE), CANALIS_ZONE)));
  while (bankDayFrom(monday, { calendar: 'target' }) !== monday) monday = addDays(monday, -7);
  const on = (days: number, hours: number): Instant => (startOf(addDays(monday, days), CANALIS_ZONE) + hours * HOUR) as Instant;
  return { filed: on(-21, 10), closed: on(-10, 0), shared: on(-7, 10), paid: on(0, 10), statement: on(4, 20), corrected: on(7, 11), reduced: on(25, 11) };
}

export interface CanalisWorld {
  readonly schemeId: string;
  readonly fundId: string;
  /** What is shared among all who claim from it. */
  readonly sharedSchemeId: string;
  readonly sharedFundId: string;
}

/** An invented operator in France: one outage, a scheme whose fund has no limit, and one whose fund is shared among all that claim from it. */
export async function openCanalis(stage: Stage, policyFolder: string, days: CanalisDays): Promise<CanalisWorld> {
  const { app, cast, clock } = stage;
  clock.moveTo(SCHEME_OPENS);
  const outageId = await recordOutage(stage);
  const finance = cast.as(DEMO_PEOPLE.finance);
  const fund = unwrap(await app.get(FundLedger).create(finance, { code: 'canalis-2025', name: 'Canalis, November 2025', mode: 'open', currency: 'EUR' }));
  const limit = money(40_000n, currency('EUR'));
  const shared = unwrap(await app.get(FundLedger).create(finance, { code: 'canalis-solidarity', name: 'Canalis, solidarity with the market', mode: 'shared', currency: 'EUR', limit }));
  unwrap(await app.get(FundDeposits).decide(cast.as(STORY_PEOPLE.financeApprover), shared.id, 1, 'booked'));
  unwrap(await app.get(PolicyCatalogue).publish(cast.as(DEMO_PEOPLE.policyAuthor), await sharedEuros(policyFolder), { onlyFirst: true }));
  const plan = (scheme: Pick<SchemePlan, 'code' | 'title' | 'policyKey' | 'fundId' | 'closesAt'>): Promise<{ id: string }> => app.get(SchemePlanning).plan(cast.as(DEMO_PEOPLE.policyAuthor), {
    ...scheme, outageIds: [outageId], zone: CANALIS_ZONE, graceDays: 60, opensAt: SCHEME_OPENS, texts: TEXTS, contact: { name: 'Canalis, service commerçants', email: 'reclamations@canalis.example' },
    targetDays: { assess: 1, decide: 14 },
  }).then(unwrap);
  const open = await plan({
    code: 'canalis-2025-11', policyKey: 'default-eur', fundId: fund.id, closesAt: at('2036-01-01T00:00Z'),
    title: { en: 'Card terminals, 18 November 2025', ko: '2025년 11월 18일 카드 단말기 장애', fr: 'Terminaux de paiement, 18 novembre 2025' },
  });
  const solidarity = await plan({
    code: 'canalis-2025-market', policyKey: 'default-eur-shared', fundId: shared.id, closesAt: days.closed,
    title: { en: 'A fund for the market of Nantes', ko: '낭트 시장 상인 공동 기금', fr: 'Un fonds pour le marché de Nantes' },
  });
  return { schemeId: open.id, fundId: fund.id, sharedSchemeId: solidarity.id, sharedFundId: shared.id };
}

async function recordOutage({ app, cast }: Stage): Promise<string> {
  const [editor, second] = [cast.as(DEMO_PEOPLE.registerEditor), cast.as(DEMO_PEOPLE.registerSecond)];
  const [services, register] = [app.get(ServiceCatalogue), app.get(OutageRegister)];
  unwrap(await services.add(editor, { code: 'canalis', names: { en: 'Canalis (synthetic operator)', ko: '카날리스(가상의 사업자)', fr: 'Canalis (opérateur fictif)' } }));
  unwrap(await services.add(editor, { code: CANALIS_SERVICE, parent: 'canalis', names: { en: 'Card terminals', ko: '카드 단말기', fr: 'Terminaux de paiement' } }));
  const everywhere = { service: CANALIS_SERVICE, region: EVERYWHERE };
  const draft = unwrap(await register.createDraft(editor, {
    code: 'canalis-2025-11-18', title: { en: 'Card terminals, 18 November 2025', ko: '2025년 11월 18일 카드 단말기 장애', fr: 'Terminaux de paiement, 18 novembre 2025' },
    content: {
      complete: true, scope: [{ ...everywhere, from: at('2025-11-18T00:00+01:00'), to: at('2025-11-19T00:00+01:00'), entry: 0 }],
      officialWindows: [{ service: CANALIS_SERVICE, ...TERMINALS_DOWN }], segments: [{ ...everywhere, ...TERMINALS_DOWN, state: 'down', source: 'synthetic monitor' }],
    },
  }));
  const confirmed = unwrap(await register.confirm(second, draft.id, draft.version, 1));
  const ended = unwrap(await register.end(second, draft.id, confirmed.version, TERMINALS_DOWN.to));
  unwrap(await register.finalise(second, draft.id, ended.version));
  return draft.id;
}

const TEXTS: SchemePlan['texts'] = (['terms', 'limitation', 'who_decides'] as const).flatMap((kind) => Object.entries({
  terms: {
    en: 'Demonstration text: we pay what the policy gives; you keep every other right.',
    ko: '시연용 문구입니다. 정책에 따라 지급하며, 그 밖의 권리는 그대로 유지됩니다.',
    fr: 'Texte de démonstration : nous versons ce que prévoit la politique ; vous gardez tout autre droit.',
  },
  limitation: {
    en: 'Demonstration text. This offer does not change the time limits of any other claim you may have.',
    ko: '시연용 문구입니다. 이 제안은 귀하가 가질 수 있는 다른 청구권의 소멸시효에 영향을 주지 않습니다.',
    fr: 'Texte de démonstration. Cette offre ne modifie pas les délais des autres droits que vous pourriez avoir.',
  },
  who_decides: {
    en: 'A rule decides within published limits; above them two people do. You can always ask for a person.',
    ko: '공개된 한도까지는 규칙이 결정하고, 이를 넘으면 두 사람이 결정합니다. 언제든지 담당자의 검토를 요청하실 수 있습니다.',
    fr: 'Une règle décide dans les limites publiées ; au-delà, deux personnes. Vous pouvez toujours demander une personne.',
  },
}[kind]).map(([language, body]) => ({ kind, language, body })));
