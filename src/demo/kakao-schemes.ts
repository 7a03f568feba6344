import { unwrap } from '../platform/http/refusal-exception.js';
import { FundLedger } from '../modules/funds/index.js';
import { SchemePlanning, type SchemePlan, type SchemeView, type TextKind } from '../modules/schemes/index.js';
import { DEMO_PEOPLE } from './demo-people.js';
import { kst } from './kakao-outage.js';
import type { Stage } from './stage.js';

export const OPENS = kst('2023-01-30T15:00');
const MINUTES = 60_000;

type Wording = Readonly<Record<'en' | 'ko' | 'fr', string>>;
const texts = (kind: TextKind, { en, ko, fr }: Wording): SchemePlan['texts'] =>
  [{ kind, language: 'en', body: en }, { kind, language: 'ko', body: ko }, { kind, language: 'fr', body: fr }];

const LIMITATION = texts('limitation', {
  en: 'Demonstration text. This offer does not change the time limits of any other claim you may have.',
  ko: '시연용 문구입니다. 이 제안은 귀하가 가질 수 있는 다른 청구권의 소멸시효에 영향을 주지 않습니다.',
  fr: 'Texte de démonstration. Cette offre ne modifie pas les délais des autres droits que vous pourriez avoir.',
});

/** Earlier and later closings as they were announced; each is a row, and the first promise stays to be seen. */
const EXTENSIONS = [
  { decidedAt: kst('2023-02-24T10:00'), closesAt: kst('2023-04-15T00:00'), reason: 'First extension, to 14 April 2023' },
  { decidedAt: kst('2023-04-13T10:00'), closesAt: kst('2023-06-01T00:00'), reason: 'Second extension, to 31 May 2023' },
  { decidedAt: kst('2023-05-30T10:00'), closesAt: kst('2023-07-01T00:00'), reason: 'Third extension; the real window closed on 30 June 2023' },
  { decidedAt: kst('2023-06-30T10:00'), closesAt: kst('2036-01-01T00:00'), reason: 'Demonstration only, not part of the history: kept open so that you can try it' },
] as const;

export interface KakaoSchemes {
  readonly flat: string;
  readonly measured: string;
  /** Gives days of a subscription beside money. */
  readonly paid: string;
}

/** The operator's scheme as it was announced on 29 December 2022, and beside it what the default policy would pay for the same outage. */
export async function planKakaoSchemes(stage: Stage, outageId: string): Promise<KakaoSchemes & { readonly extend: () => Promise<void> }> {
  const { app, cast, clock } = stage;
  const [author, finance] = [cast.as(DEMO_PEOPLE.policyAuthor), cast.as(DEMO_PEOPLE.finance)];
  clock.moveTo(kst('2022-12-29T15:00'));
  const fund = (code: string, name: string) => app.get(FundLedger).create(finance, { code, name, mode: 'open', currency: 'KRW' }).then(unwrap);
  const [flatFund, measuredFund] = [await fund('kakao-2022', 'Kakao 2022, free services'), await fund('kakao-2022-default', 'Kakao 2022, default policy')];
  const plan = (scheme: Pick<SchemePlan, 'code' | 'title' | 'policyKey' | 'fundId' | 'closesAt' | 'texts'>) => app.get(SchemePlanning).plan(author, {
    ...scheme, outageIds: [outageId], zone: 'Asia/Seoul', graceDays: 0, opensAt: OPENS,
    contact: { name: 'Claims desk (demonstration)', email: 'claims@makegood.example' }, targetDays: { assess: 1, decide: 14 },
  }).then(unwrap);
  const measured = await plan({
    code: 'kakao-2022-default', policyKey: 'default-krw', fundId: measuredFund.id, closesAt: kst('2036-01-01T00:00'), texts: measuredTexts,
    title: { en: 'The same outage under the default policy', ko: '같은 장애에 기본 정책을 적용한 보상', fr: 'La même panne selon la politique par défaut' },
  });
  const flat = await plan({
    code: 'kakao-2022-free-services', policyKey: 'kr-kakao-2022-free-service', fundId: flatFund.id, closesAt: kst('2023-02-28T00:00'), texts: flatTexts,
    title: { en: 'Kakao 2022: lost sales through free services', ko: '카카오 2022 무료 서비스 매출 손실 보상', fr: 'Kakao 2022 : ventes perdues par les services gratuits' },
  });
  const paid = await plan({
    code: 'kakao-2022-paid-services', policyKey: 'kr-kakao-2022-paid-service', fundId: flatFund.id, closesAt: kst('2036-01-01T00:00'), texts: paidTexts,
    title: { en: 'Kakao 2022: fees and days of paid services', ko: '카카오 2022 유료 서비스 이용료·이용 일수 보상', fr: 'Kakao 2022 : frais et jours des services payants' },
  });
  return { flat: flat.id, measured: measured.id, paid: paid.id, extend: () => extendAll(stage, flat) };
}

async function extendAll({ app, cast, clock }: Stage, planned: SchemeView): Promise<void> {
  let scheme = planned;
  for (const { decidedAt, closesAt, reason } of EXTENSIONS) {
    clock.moveTo(decidedAt);
    scheme = unwrap(await app.get(SchemePlanning).extend(cast.as(DEMO_PEOPLE.policyAuthor), scheme.id, scheme.version, { closesAt, reason }));
    clock.advance(MINUTES);
  }
}

const flatTexts = [
  ...texts('terms', {
    en: 'Demonstration text, after the scheme announced on 29 December 2022: a flat sum by the size of the loss, paid without admission of liability. Every other right stays yours.',
    ko: '2022년 12월 29일 발표된 보상안을 재구성한 시연용 문구입니다. 손실 규모에 따라 정액을 지급하며, 법적 책임을 인정하는 것은 아닙니다. 그 밖의 권리는 그대로 유지됩니다.',
    fr: 'Texte de démonstration, d’après le dispositif annoncé le 29 décembre 2022 : une somme fixe selon la perte, versée sans reconnaissance de responsabilité. Vous gardez tout autre droit.',
  }),
  ...LIMITATION,
  ...texts('who_decides', {
    en: 'Up to a loss of ₩500,000 a published rule decides. Above it people review the case and a second person decides. You can always ask for a person.',
    ko: '손실액 50만 원까지는 공개된 규칙에 따라 결정합니다. 이를 넘으면 담당자가 심사하고 다른 담당자가 결정합니다. 언제든지 담당자의 검토를 요청하실 수 있습니다.',
    fr: 'Jusqu’à 500 000 ₩ de perte, une règle publiée décide. Au-delà, une personne examine le dossier et une autre décide. Vous pouvez toujours demander une personne.',
  }),
];

const paidTexts = [
  ...texts('terms', {
    en: 'Demonstration text, after the notices of October 2022: the fee of the days given back, or days added to the subscription. Every other right stays yours.',
    ko: '2022년 10월 공지를 재구성한 시연용 문구입니다. 해당 일수의 이용료를 돌려드리거나 이용 일수를 늘려 드립니다. 그 밖의 권리는 그대로 유지됩니다.',
    fr: 'Texte de démonstration, d’après les avis d’octobre 2022 : les frais des jours rendus, ou des jours ajoutés à l’abonnement. Vous gardez tout autre droit.',
  }),
  ...LIMITATION,
  ...texts('who_decides', {
    en: 'Up to ₩100,000 a published rule decides. You can always ask for a person.',
    ko: '10만 원까지는 공개된 규칙에 따라 결정합니다. 언제든지 담당자의 검토를 요청하실 수 있습니다.',
    fr: 'Jusqu’à 100 000 ₩, une règle publiée décide. Vous pouvez toujours demander une personne.',
  }),
];

const measuredTexts = [
  ...texts('terms', {
    en: 'Demonstration text. This scheme is Makegood’s, not Kakao’s: it shows what lost gross margin, measured hour by hour, would come to.',
    ko: '시연용 문구입니다. 카카오가 아닌 Makegood의 예시 제도로, 시간 단위로 산정한 매출총이익 손실이 얼마가 되는지 보여 줍니다.',
    fr: 'Texte de démonstration. Ce dispositif est celui de Makegood, non de Kakao : il montre ce que donnerait la marge brute perdue, mesurée heure par heure.',
  }),
  ...LIMITATION,
  ...texts('who_decides', {
    en: 'Up to ₩3,000,000 a published rule decides, if your records show the loss. Above it two people do. You can always ask for a person.',
    ko: '매출 기록으로 손실이 확인되면 300만 원까지는 공개된 규칙에 따라 결정합니다. 이를 넘으면 두 사람이 결정합니다. 언제든지 담당자의 검토를 요청하실 수 있습니다.',
    fr: 'Jusqu’à 3 000 000 ₩, une règle publiée décide si vos relevés montrent la perte. Au-delà, deux personnes décident. Vous pouvez toujours demander une personne.',
  }),
];
