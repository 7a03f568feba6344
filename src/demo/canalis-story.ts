import { money, currency } from '../core/money/index.js';
import type { Instant, OpeningHours } from '../core/time/index.js';
import { systemActor } from '../platform/access/actor.js';
import type { Context } from '../platform/access/context.js';
import { Database } from '../platform/database/database.js';
import { UnitOfWork } from '../platform/database/unit-of-work.js';
import { unwrap } from '../platform/http/refusal-exception.js';
import { Jobs } from '../platform/jobs/jobs.js';
import { AllocationApplication, AllocationRehearsals, ChangeCommands, ChangeProposals, ChangeQueries } from '../modules/changes/index.js';
import { BankQueries, BreakResolutions, MISSING_BOOKINGS, OverpaymentQueries, Overpayments } from '../modules/payouts/index.js';
import { CANALIS_SERVICE, CANALIS_ZONE, canalisDays, openCanalis, TERMINALS_DOWN, type CanalisWorld } from './canalis.js';
import { DEMO_PEOPLE, STORY_PEOPLE } from './demo-people.js';
import { euroAccount, openPayingAccount, PaidBatch } from './money-out.js';
import { openShop, type OpenedShop, type Shop } from './shops.js';
import type { Stage } from './stage.js';
import { APPROVERS, REVIEWERS, ToldClaim } from './told-claims.js';

const SYSTEM: Context = { actor: systemActor('demo'), requestId: 'demo' };

const every = (opens: string, closes: string): OpeningHours => ({ zone: CANALIS_ZONE, rows: [{ days: [1, 2, 3, 4, 5, 6], opens, closes }], exceptions: [] });
const shop = (legalName: string, trade: Shop['trade'], opens: string, closes: string): Shop => ({
  legalName: `${legalName} (synthetic)`, trade, country: 'FR', language: 'fr', sites: [{ name: 'Nantes', hours: every(opens, closes), services: [CANALIS_SERVICE] }],
});

/** What the bank makes of each payment of the one batch, so that every class of a bank's booking is there to be looked at. */
const PAID = {
  boulangerie: { shop: shop('Boulangerie du Quai', 'food', '07:00', '19:30'), bank: 'accept', iban: 'FR7699999000010000000000212' },
  librairie: { shop: shop('Librairie des Marées', 'retail', '10:00', '19:00'), bank: 'accept', iban: 'FR7699999000010000000000309' },
  coiffure: { shop: shop('Coiffure Mistral', 'services', '09:00', '18:30'), bank: 'accept', iban: 'FR7699999000010000000000406' },
  fromagerie: { shop: shop('Fromagerie Bellevue', 'food', '09:00', '19:00'), bank: 'wrong_amount', iban: 'FR7699999000010000000000503' },
  fleuriste: { shop: shop('Fleurs de Loire', 'retail', '09:00', '18:00'), bank: 'duplicate', iban: 'FR7699999000010000000000697' },
  velos: { shop: shop('Vélos Graslin', 'retail', '10:00', '18:30'), bank: 'return', iban: 'FR7699999000010000000000794' },
  cordonnerie: { shop: shop('Cordonnerie Pilori', 'services', '09:30', '18:00'), bank: 'delay', iban: 'FR7699999000010000000000891' },
} as const;
type PaidKey = keyof typeof PAID;

/** Who shares the other fund. */
const SHARING = { creperie: shop('Crêperie du Marché', 'food', '11:00', '19:00'), epicerie: shop('Épicerie Talensac', 'food', '08:00', '19:00'), poissons: shop('Poissonnerie Talensac', 'food', '08:00', '14:00') } as const;

const ownerOf = (key: string, { legalName }: Shop) => ({ email: `${key}@nantes.example`, name: `${legalName.replace(' (synthetic)', '')}, gérant (synthetic)`, roles: [] });

/**
 * Money out in euros, as far as it goes without anybody: a batch by SEPA of which the bank's statement fits in part, two businesses that were paid
 * too much, and a fund that was shared. Finance finds what is left to do.
 */
export async function tellCanalis(stage: Stage, policyFolder: string): Promise<void> {
  const days = canalisDays(stage.now);
  const world = await openCanalis(stage, policyFolder, days);
  stage.clock.moveTo(days.filed);
  stage.letRulesWait(0);
  await openPayingAccount(stage, euroAccount([world.fundId, world.sharedFundId]));
  const { claims, shops } = await fileAll(stage, world);
  stage.clock.moveTo(days.shared);
  await shareFund(stage, world.sharedFundId);
  stage.clock.moveTo(days.paid);
  const batch = new PaidBatch(stage, world.fundId);
  await batch.pay();
  await batch.bankAnswers({ accept: 100, unknown: 10, fee: 10 }, Object.fromEntries([...claims].map(([key, { id }]) => [id, PAID[key].bank])));
  stage.clock.moveTo(days.statement);
  await batch.hearFromBank(({ name }) => /-(?:status|statement)\.xml$/.test(name));
  await stage.app.get(Jobs).sweep(MISSING_BOOKINGS);
  await answerSomeBreaks(stage);
  const corrected = [claims.get('librairie'), claims.get('coiffure')] as const;
  stage.clock.moveTo(days.corrected);
  await corrected[0]?.proposeLess(REVIEWERS.first, 4_000n, 'La boutique était fermée l’après-midi pour travaux ; une affiche de la mairie le montre.');
  await corrected[1]?.proposeLess(REVIEWERS.second, 5_000n, 'Le salon a encaissé par un autre terminal à partir de midi ; son relevé le montre.');
  stage.clock.moveTo(days.reduced);
  for (const claim of corrected) await claim?.grantLess(APPROVERS.first, 'Nobody said anything else.');
  await agreeToOffset(stage, shops.get('coiffure') as OpenedShop);
}

async function fileAll(stage: Stage, { schemeId, sharedSchemeId }: CanalisWorld): Promise<{ claims: ReadonlyMap<PaidKey, ToldClaim>; shops: ReadonlyMap<string, OpenedShop> }> {
  const all: Readonly<Record<string, Shop>> = { ...Object.fromEntries(Object.entries(PAID).map(([key, paid]) => [key, paid.shop])), ...SHARING };
  await stage.cast.hire(Object.entries(all).map(([key, one]) => ownerOf(key, one)));
  const usedSince = (TERMINALS_DOWN.from - 300 * 86_400_000) as Instant;
  const shops = new Map(await Promise.all(Object.entries(all).map(async ([key, one]) => [key, await openShop(stage, ownerOf(key, one), one, usedSince)] as const)));
  const claims = new Map<PaidKey, ToldClaim>();
  const told = (key: string, scheme: string): ToldClaim => new ToldClaim(stage, shops.get(key) as OpenedShop, { schemeId: scheme, window: TERMINALS_DOWN, answers: { takeTariff: true } });
  for (const key of Object.keys(SHARING)) await told(key, sharedSchemeId).file();
  for (const [key, { iban }] of Object.entries(PAID)) {
    const claim = told(key, schemeId);
    await claim.file();
    await claim.accept();
    await claim.nameAccount({ kind: 'iban', account: iban });
    claims.set(key as PaidKey, claim);
  }
  return { claims, shops };
}

/** Proposed and rehearsed by one of finance, approved by another, applied. */
async function shareFund({ app, cast }: Stage, fundId: string): Promise<void> {
  const [preparer, approver, queries, { reader }] = [cast.as(DEMO_PEOPLE.finance), cast.as(STORY_PEOPLE.financeApprover), app.get(ChangeQueries), app.get(Database)];
  const change = unwrap(await app.get(ChangeProposals).propose(preparer, { kind: 'allocation', allocation: { fundId, stage: 'final' } }));
  const { n } = unwrap(await app.get(ChangeCommands).startRun(preparer, change.id));
  const runId = unwrap(await queries.runId(reader, change.id, n));
  const stepped = async (step: () => Promise<{ done: boolean }>): Promise<void> => { while (!(await step()).done); };
  await stepped(async () => unwrap(await app.get(UnitOfWork).run(preparer, (tx) => app.get(AllocationRehearsals).step(tx, runId))));
  const { digest = '' } = unwrap(await queries.run(reader, change.id, n));
  unwrap(await app.get(ChangeCommands).approve(approver, change.id, change.version, n, { digest, movesLessThan: [money(1n, currency('EUR'))] }));
  await stepped(async () => unwrap(await app.get(UnitOfWork).run(SYSTEM, (tx) => app.get(AllocationApplication).step(tx, SYSTEM, change.id))));
}

/** One is the bank's mistake, which one person says; what the bank took beyond is proposed as a charge, and waits for another. The rest is open. */
async function answerSomeBreaks({ app, cast }: Stage): Promise<void> {
  const { items } = await app.get(BankQueries).breaksPage({ state: 'open', limit: 50 });
  const of = (kind: string) => items.find((item) => item.kind === kind) ?? { id: '', version: 0 };
  const [duplicate, differs] = [of('duplicate'), of('amount_differs')];
  const resolutions = app.get(BreakResolutions);
  unwrap(await resolutions.answer(cast.as(STORY_PEOPLE.financeApprover), duplicate.id, duplicate.version, { resolution: 'bank_error', note: 'The bank was called and gives it back.' }));
  unwrap(await resolutions.answer(cast.as(DEMO_PEOPLE.finance), differs.id, differs.version, { resolution: 'difference_accepted', note: 'One cent more was debited; the bank’s list of charges of this month names it.' }));
}

async function agreeToOffset({ app, cast }: Stage, { owner, merchantId }: OpenedShop): Promise<void> {
  const signatory = cast.as(owner, [merchantId]);
  for (const { id, version } of (await app.get(OverpaymentQueries).page(signatory, { limit: 1 })).items) unwrap(await app.get(Overpayments).agreeToOffset(signatory, id, version));
}
