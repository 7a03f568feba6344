import { ok } from '../core/errors/index.js';
import { SHIPPED_PROFILES } from '../core/payments/index.js';
import { systemActor } from '../platform/access/actor.js';
import type { Context } from '../platform/access/context.js';
import { UnitOfWork } from '../platform/database/unit-of-work.js';
import { unwrap } from '../platform/http/refusal-exception.js';
import { FundLedger, FundQueries, PayingAccounts, type OwnAccount, type Posting } from '../modules/funds/index.js';
import { BatchApprovals, BatchPreparation, BatchRelease, LineMoves, PayoutQueries } from '../modules/payouts/index.js';
import { DEMO_PEOPLE, STORY_PEOPLE } from './demo-people.js';
import type { Stage } from './stage.js';

const SYSTEM: Context = { actor: systemActor('demo'), requestId: 'demo' };

interface PayingAccount {
  readonly code: string;
  readonly name: string;
  readonly currency: string;
  readonly zone: string;
  readonly account: OwnAccount;
  readonly town: string;
  readonly country: string;
  readonly profile: string;
  readonly fundIds: readonly string[];
}

/** Where the operator of Kakao's story pays from: uploads to a corporate bank in Korea. */
export const wonAccount = (fundIds: readonly string[]): PayingAccount => ({
  code: 'krw-operations', name: 'Won, operations (synthetic)', currency: 'KRW', zone: 'Asia/Seoul', account: { kind: 'kr', bankCode: '004', number: '00012345678901' }, town: 'Seongnam', country: 'KR',
  profile: 'kr-bulk-kb', fundIds,
});

/** Where Harbourline pays from: messages of ISO 20022. The IBAN is one that no bank has given out. */
export const poundAccount = (fundIds: readonly string[]): PayingAccount => ({
  code: 'gbp-operations', name: 'Pounds, operations (synthetic)', currency: 'GBP', zone: 'Europe/London', account: { kind: 'iban', iban: 'GB33BUKB20201555555555', bic: 'BUKBGB22' }, town: 'London', country: 'GB',
  profile: 'iso-generic-09', fundIds,
});

/** An account of the operator, and the funds that pay from it. One more person approves what is large. */
export async function openPayingAccount({ app, cast }: Stage, { fundIds, profile, town, country, ...account }: PayingAccount): Promise<string> {
  const finance = cast.as(DEMO_PEOPLE.finance);
  const { id } = unwrap(await app.get(PayingAccounts).create(finance, {
    ...account, holder: 'Makegood demonstration', address: { town, country }, approvals: [{ upToMinor: '5000000', count: 1 }, { count: 2 }], profile: SHIPPED_PROFILES.find((one) => one.id === profile) as object,
  }));
  for (const fundId of fundIds) {
    const { version } = unwrap(await app.get(FundQueries).get(fundId));
    unwrap(await app.get(PayingAccounts).assign(finance, fundId, version, { payingAccountId: id, method: 'bank' }));
  }
  return id;
}

/** Pays all that is due from a fund now: one locks, a second approves, a third releases. The ids of the payments, by claim. */
export async function payWhatIsDue({ app, cast }: Stage, fundId: string): Promise<ReadonlyMap<string, string>> {
  const [preparer, approver, releaser] = [cast.as(DEMO_PEOPLE.finance), cast.as(STORY_PEOPLE.financeApprover), cast.as(STORY_PEOPLE.financeReleaser)];
  const opened = unwrap(await app.get(BatchPreparation).open(preparer, { fundId }));
  const locked = unwrap(await app.get(BatchPreparation).lock(preparer, opened.id, opened.version));
  const approved = unwrap(await app.get(BatchApprovals).approve(approver, opened.id, locked.version, locked.digest ?? ''));
  const release = unwrap(await app.get(BatchRelease).request(releaser, opened.id, approved.version, approved.digest ?? ''));
  await app.get(BatchRelease).perform(SYSTEM, release.id);
  const { items } = unwrap(await app.get(PayoutQueries).linesOf(opened.id, { limit: 100 }));
  return new Map(items.map(({ id, claimId }) => [claimId, id]));
}

/** What the bank has booked on a payment: paid, or come back with a reason. */
export async function bankBooks({ app }: Stage, payingAccountId: string, lineId: string, what: { readonly event: 'settle' } | { readonly event: 'return'; readonly reason: string }): Promise<void> {
  unwrap(await app.get(UnitOfWork).run(SYSTEM, async (tx) => {
    const [moved] = await app.get(LineMoves).move(tx, SYSTEM, what.event, [{ lineId, ...('reason' in what ? { reason: what.reason } : {}) }]);
    const paid = what.event === 'settle' ? BigInt(moved?.netMinor ?? '0') : -BigInt(moved?.netMinor ?? '0');
    const postings: Posting[] = [{ account: 'bank', amountMinor: -paid }, { account: 'cleared', amountMinor: paid }];
    await app.get(FundLedger).postBank(tx, { payingAccountId, kind: `bank_${what.event}`, lineId, postings });
    return ok(undefined);
  }));
}

/** A fund by its code. */
export async function fundOf({ app }: Stage, code: string): Promise<string> {
  const fund = (await app.get(FundQueries).list()).items.find((one) => one.code === code);
  if (fund === undefined) throw new TypeError(`there is no fund ${code}`);
  return fund.id;
}
