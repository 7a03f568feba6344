import { dateAt, type Instant } from '../core/time/index.js';
import { Jobs } from '../platform/jobs/jobs.js';
import { unwrap } from '../platform/http/refusal-exception.js';
import { PolicyImports } from '../modules/policies/index.js';
import { LAPSES } from '../modules/review/index.js';
import { DEMO_PEOPLE, STORY_PEOPLE } from './demo-people.js';
import { BEGAN, kst, OVER } from './kakao-outage.js';
import { recordKakaoOutage } from './kakao-register.js';
import { planKakaoSchemes, type KakaoSchemes } from './kakao-schemes.js';
import { openShops, SHOPS, type ShopKey } from './kakao-shops.js';
import { fundOf, HandedOver, openPayingAccount, PaidBatch, wonAccount } from './money-out.js';
import type { OpenedShop } from './shops.js';
import type { Stage } from './stage.js';
import { dayBook, hourBook, type Shares } from './synthetic-sales.js';
import { APPROVERS, Diary, REVIEWERS, ToldClaim, type Filing } from './told-claims.js';

const DAY_MS = 86_400_000;
const A_WEEK_SECONDS = 7 * 86_400;
export const STORY_BEGINS = kst('2022-10-14T09:00');

/**
 * The outage of 15 to 20 October 2022 from first report to the claims of today: what is public, reconstructed from its sources;
 * who claims, invented. Told through the services that everything else goes through, on a clock that stands at each day in turn.
 */
export async function tellKakaoStory(stage: Stage, policyFolder: string): Promise<void> {
  const { app, cast, clock } = stage;
  await cast.hire([...Object.values(DEMO_PEOPLE), ...Object.values(STORY_PEOPLE)]);
  const outageId = await recordKakaoOutage(stage);
  clock.moveTo(kst('2022-12-29T14:30'));
  unwrap(await app.get(PolicyImports).importFolder(cast.as(DEMO_PEOPLE.policyAuthor), policyFolder));
  const { extend, ...schemes } = await planKakaoSchemes(stage, outageId);
  clock.moveTo(kst('2023-01-28T10:00'));
  const shops = await openShops(stage);
  const money = await openMoney(stage);
  await settledIn2023(stage, schemes, shops, money).tell(stage);
  await extend();
  await openToday(stage, schemes, shops, money).tell(stage);
  clock.moveTo((stage.now - DAY_MS / 2) as Instant);
  stage.letRulesWait(A_WEEK_SECONDS);
  await waitingClaim(stage, schemes, shops).file();
}

interface Money {
  readonly flatFundId: string;
  readonly measuredFundId: string;
}

/** One account of the operator pays for both schemes. */
async function openMoney(stage: Stage): Promise<Money> {
  const [flatFundId, measuredFundId] = [await fundOf(stage, 'kakao-2022'), await fundOf(stage, 'kakao-2022-default')];
  await openPayingAccount(stage, wonAccount([flatFundId, measuredFundId]));
  return { flatFundId, measuredFundId };
}

type Shops = ReadonlyMap<ShopKey, OpenedShop>;
type ShopFiling = Omit<Filing, 'window'> & { readonly shop: ShopKey };

const claimOf = (stage: Stage, shops: Shops, { shop, ...filing }: ShopFiling): ToldClaim => new ToldClaim(stage, shops.get(shop) as OpenedShop, { ...filing, window: { from: BEGAN, to: OVER } });

const SMALL = { smallBusiness: true, usedService: true };
const EVERY_DAY: Shares = [18, 17, 12, 12, 13, 13, 15];
const ON_SATURDAY: Shares = [1, 0, 0, 0, 0, 0, 0];

const flat = ({ flat: schemeId }: KakaoSchemes, shop: ShopKey, best: bigint, loss: bigint, more: { shares?: Shares; lostOn?: Shares; answers?: Filing['answers'] } = {}): ShopFiling => ({
  shop, schemeId, answers: more.answers ?? SMALL, evidence: ['small_business_certificate', 'service_use_proof'],
  sales: { ...dayBook({ name: shop, best, loss, shares: more.shares ?? EVERY_DAY, lostOn: more.lostOn ?? [5, 4, 2, 1, 1, 1, 0] }), lineIs: 'day' },
});

const measured = ({ measured: schemeId }: KakaoSchemes, shop: ShopKey, trade: { perHour: number; leftPercent: number; until: Instant; site?: number }): ShopFiling => {
  const { perHour, leftPercent, until, site = 0 } = trade;
  const hours = SHOPS[shop].sites[site]?.hours;
  if (hours === undefined) throw new TypeError(`${shop} has no site ${site}`);
  return { shop, site, schemeId, answers: {}, sales: { ...hourBook({ name: `${shop} ${site}`, hours, perHour, trouble: { from: BEGAN, to: until }, leftPercent }), lineIs: 'hour' } };
};

const subscribed = ({ paid: schemeId }: KakaoSchemes, shop: ShopKey, service: string, monthlyFee: string): ShopFiling => ({ shop, schemeId, answers: { service, monthlyFee, paying: true } });

async function eachOf(claims: readonly ToldClaim[], happens: (claim: ToldClaim) => Promise<void>): Promise<void> {
  for (const claim of claims) await happens(claim);
}

/** Filed while the real window was open, and finished: flat sums of which one was paid, and lowered afterwards, and one came back, a refusal by rule, refusals and an award by two people, a withdrawal, an offer that lapsed; days of subscriptions, of which some were given. */
function settledIn2023(stage: Stage, schemes: KakaoSchemes, shops: Shops, { flatFundId }: Money): Diary {
  const claim = (filing: ShopFiling): ToldClaim => claimOf(stage, shops, filing);
  const flowers = claim(flat(schemes, 'flowers', 1_000_000n, 1n, { shares: [20, 0, 15, 15, 15, 15, 20], lostOn: ON_SATURDAY }));
  const hair = claim(flat(schemes, 'hair', 1_640_000n, 300_000n, { shares: [22, 20, 0, 13, 14, 14, 17], lostOn: [3, 2, 0, 1, 0, 0, 0] }));
  const wholesale = claim(flat(schemes, 'wholesale', 48_000_000n, 1_900_000n, { shares: [12, 0, 18, 17, 17, 18, 18], lostOn: [2, 0, 2, 1, 1, 0, 0], answers: { smallBusiness: false, usedService: true } }));
  const cafe = claim(flat(schemes, 'cafe', 3_300_000n, 0n));
  const pottery = claim(flat(schemes, 'pottery', 880_000n, 120_000n, { shares: [30, 28, 0, 0, 0, 20, 22], lostOn: [1, 1, 0, 0, 0, 0, 0] }));
  const potteryAgain = claim(flat(schemes, 'pottery', 880_000n, 120_000n, { shares: [30, 28, 0, 0, 0, 20, 22], lostOn: [1, 1, 0, 0, 0, 0, 0] }));
  const laundry = claim({ shop: 'laundry', schemeId: schemes.measured, answers: {} });
  const glasses = claim(measured(schemes, 'glasses', { perHour: 92_000, leftPercent: 62, until: kst('2022-10-17T18:00') }));
  const batch = new PaidBatch(stage, flatFundId);
  const [emoticons, drawer, music] = [claim(subscribed(schemes, 'cafe', 'emoticon_plus_web', '4900')), claim(subscribed(schemes, 'flowers', 'drawer_plus_web', '1900')), claim(subscribed(schemes, 'hair', 'melon', '10900'))];
  const subscriptions = [emoticons, drawer, music];
  const days = new HandedOver(stage, schemes.paid);
  return new Diary()
    .on(kst('2023-01-31T09:10'), () => emoticons.file())
    .on(kst('2023-01-31T20:30'), () => drawer.file())
    .on(kst('2023-02-01T11:15'), () => music.file())
    .on(kst('2023-02-01T15:00'), () => eachOf(subscriptions, (one) => one.recommend(REVIEWERS.first, 'nil', [], 'Bought on the web: days are added to the subscription, and no fee is given back.')))
    .on(kst('2023-02-02T10:30'), () => eachOf(subscriptions, (one) => one.decide(APPROVERS.first, 'nil', [])))
    .on(kst('2023-02-03T10:00'), () => days.drawUp())
    .on(kst('2023-02-09T15:00'), () => days.answered({ [emoticons.id]: { state: 'given', reason: '', on: '2023-02-08' }, [drawer.id]: { state: 'refused', reason: '해지된 이용권', on: '2023-02-08' } }))
    .on(kst('2023-01-31T06:20'), () => flowers.file())
    .on(kst('2023-02-01T19:05'), () => flowers.accept())
    .on(kst('2023-02-06T21:40'), () => hair.file())
    .on(kst('2023-02-07T09:15'), () => hair.accept())
    .on(kst('2023-02-08T08:30'), () => wholesale.file())
    .on(kst('2023-02-10T11:00'), () => pottery.file())
    .on(kst('2023-02-11T16:45'), () => pottery.withdraw())
    .on(kst('2023-02-12T10:20'), () => potteryAgain.file())
    .on(kst('2023-03-12T09:00'), () => stage.app.get(Jobs).sweep(LAPSES))
    .on(kst('2023-03-15T00:01'), () => stage.app.get(Jobs).sweep(LAPSES))
    .on(kst('2023-02-13T13:00'), () => cafe.file())
    .on(kst('2023-02-14T10:10'), () => cafe.recommend(REVIEWERS.first, 'nil', [], 'The week of the outage was as good as the best week given.'))
    .on(kst('2023-02-15T15:30'), () => cafe.decide(APPROVERS.first, 'nil', []))
    .on(kst('2023-02-16T20:00'), () => laundry.file())
    .on(kst('2023-02-20T09:40'), () => laundry.recommend(REVIEWERS.second, 'refuse', ['evidence_missing'], 'No sales records came, and the tariff was not asked for.'))
    .on(kst('2023-02-21T14:00'), () => laundry.decide(APPROVERS.second, 'refuse', ['evidence_missing']))
    .on(kst('2023-02-22T18:00'), () => glasses.file())
    .on(kst('2023-02-23T12:00'), () => glasses.accept())
    .on(kst('2023-02-02T08:10'), () => flowers.nameAccount({ kind: 'kr', bank: '088', account: '110000000001' }))
    .on(kst('2023-02-07T09:20'), () => hair.nameAccount({ kind: 'kr', bank: '020', account: '1002000000002' }))
    .on(kst('2023-02-23T12:10'), () => glasses.nameAccount({ kind: 'kr', bank: '004', account: '00000000000003' }))
    .on(kst('2023-02-10T10:00'), () => batch.pay())
    .on(kst('2023-02-10T17:00'), () => batch.bankAnswers({ accept: 100 }, { [hair.id]: 'return' }))
    .on(kst('2023-02-10T17:05'), () => batch.hearFromBank())
    .on(kst('2023-02-13T10:00'), () => batch.hearFromBank())
    .on(kst('2023-02-27T15:00'), () => flowers.proposeLess(REVIEWERS.second, 20_000n, 'The shop was closed for stock-taking on one of the days it claimed for.'))
    .on(kst('2023-03-16T10:30'), () => flowers.grantLess(APPROVERS.second, 'The owner confirmed the day by phone.'));
}

/** Filed in the last weeks, so that a newcomer finds every desk with work on it; days are counted back from the present. */
function openToday(stage: Stage, schemes: KakaoSchemes, shops: Shops, { measuredFundId }: Money): Diary {
  const ago = (days: number): Instant => (stage.now - days * DAY_MS) as Instant;
  const claim = (filing: ShopFiling): ToldClaim => claimOf(stage, shops, filing);
  const snack = claim(flat(schemes, 'snack', 26_900_000n, 2_950_000n, { shares: [4, 0, 4, 4, 4, 4, 4], lostOn: ON_SATURDAY }));
  const chicken = claim(flat(schemes, 'chicken', 12_000_000n, 1_500_000n, { shares: [24, 22, 9, 10, 10, 11, 14], lostOn: ON_SATURDAY }));
  const nails = claim(flat(schemes, 'nails', 1_210_000n, 300_001n, { shares: [24, 0, 13, 14, 14, 16, 19] }));
  const books = claim(flat(schemes, 'books', 1_480_000n, 500_001n, { shares: [34, 30, 0, 0, 10, 11, 15] }));
  const workshop = claim({ ...flat(schemes, 'pottery', 1_180_000n, 500_001n, { shares: [30, 28, 0, 0, 0, 20, 22], lostOn: [3, 2, 0, 0, 0, 0, 0] }), site: 1 });
  const sweets = claim(measured(schemes, 'sweets', { perHour: 240_000, leftPercent: 45, until: kst('2022-10-18T09:00') }));
  const bites = claim(measured(schemes, 'bites', { perHour: 180_000, leftPercent: 70, until: kst('2022-10-16T14:30') }));
  const bundang = claim(measured(schemes, 'glasses', { perHour: 76_000, leftPercent: 66, until: kst('2022-10-17T18:00'), site: 1 }));
  return new Diary()
    .on(ago(19), () => snack.file())
    .on(ago(12), () => chicken.file())
    .on(ago(9), () => sweets.file())
    .on(ago(7), () => sweets.put(REVIEWERS.second, 'marginShare', '2/5', 'The accounts of 2021 show a gross margin of 40 %, two points above the table of the trade.'))
    .on(ago(6), () => sweets.recommend(REVIEWERS.second, 'award', [], 'The shortfall shows in every day book; the drop ends where the channels came back.'))
    .on(ago(8), () => bites.file())
    .on(ago(5), () => bites.recommend(REVIEWERS.first, 'award', [], 'Identity confirmed by the lease and the state register.'))
    .on(ago(3), () => bites.decide(APPROVERS.second, 'award', []))
    .on(ago(6), () => workshop.file())
    .on(ago(2), () => workshop.ask(REVIEWERS.second, [{ kind: 'evidence', subject: 'service_use_proof' }, { kind: 'answer', subject: 'usedService' }, { kind: 'opening_hours' }, { kind: 'explanation', subject: 'sales_pattern' }],
      dateAt(ago(-12), 'Asia/Seoul'), '보내 주신 이용 증빙에 상호가 보이지 않습니다. 상호가 나오게 다시 찍어 주세요.'))
    .on(ago(1), () => bites.object(['sales', 'comparison'], 'The week you compared with was a holiday week for us; most of our regular orders came in the other weeks.'))
    .on(ago(4), () => books.file())
    .on(ago(2), () => nails.file())
    .on(ago(1), () => bundang.draft())
    .on(ago(1), () => new PaidBatch(stage, measuredFundId).pay());
}

/** A rule will decide this one in a week; until then staff may pull it. */
const waitingClaim = (stage: Stage, schemes: KakaoSchemes, shops: Shops): ToldClaim =>
  claimOf(stage, shops, measured(schemes, 'taxi', { perHour: 46_000, leftPercent: 30, until: kst('2022-10-16T14:30') }));
