import { SHIPPED_PROFILES } from '../core/payments/index.js';
import { dateAt } from '../core/time/index.js';
import { systemActor } from '../platform/access/actor.js';
import type { Context } from '../platform/access/context.js';
import { unwrap } from '../platform/http/refusal-exception.js';
import { FundQueries, PayingAccounts, type OwnAccount } from '../modules/funds/index.js';
import {
  BankMessages, BankReading, BatchApprovals, BatchPreparation, BatchRelease, PayoutQueries, PracticeBank, type AnswerMix, type LineAnswer, type PracticeFile,
} from '../modules/payouts/index.js';
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

/** Where Canalis pays from: messages of SEPA. The IBANs of its story are of a bank code that nobody has. */
export const euroAccount = (fundIds: readonly string[]): PayingAccount => ({
  code: 'eur-operations', name: 'Euros, operations (synthetic)', currency: 'EUR', zone: 'Europe/Paris', account: { kind: 'iban', iban: 'FR7699999000010000000000115' }, town: 'Nantes', country: 'FR',
  profile: 'sepa-sct-09', fundIds,
});

/** An account of the operator, and the funds that pay from it. One more person approves what is large. */
export async function openPayingAccount({ app, cast }: Stage, { fundIds, profile, town, country, ...account }: PayingAccount): Promise<string> {
  const finance = cast.as(DEMO_PEOPLE.finance);
  const { id } = unwrap(await app.get(PayingAccounts).create(finance, {
    ...account, holder: 'Makegood', address: { town, country }, approvals: [{ upToMinor: '5000000', count: 1 }, { count: 2 }], profile: SHIPPED_PROFILES.find((one) => one.id === profile) as object,
  }));
  for (const fundId of fundIds) {
    const { version } = unwrap(await app.get(FundQueries).get(fundId));
    unwrap(await app.get(PayingAccounts).assign(finance, fundId, version, { payingAccountId: id, method: 'bank' }));
  }
  return id;
}

/** All that is due from a fund at once: paid by three people, and answered by the practice bank, whose files come in as those of any bank. */
export class PaidBatch {
  #id = '';
  #payingAccountId = '';
  #files: readonly PracticeFile[] = [];

  constructor(private readonly stage: Stage, private readonly fundId: string) {}

  /** One locks, a second approves, a third releases. */
  async pay(): Promise<void> {
    const { app, cast } = this.stage;
    const [preparer, approver, releaser] = [cast.as(DEMO_PEOPLE.finance), cast.as(STORY_PEOPLE.financeApprover), cast.as(STORY_PEOPLE.financeReleaser)];
    const opened = unwrap(await app.get(BatchPreparation).open(preparer, { fundId: this.fundId }));
    const locked = unwrap(await app.get(BatchPreparation).lock(preparer, opened.id, opened.version));
    const approved = unwrap(await app.get(BatchApprovals).approve(approver, opened.id, locked.version, locked.digest ?? ''));
    const release = unwrap(await app.get(BatchRelease).request(releaser, opened.id, approved.version, approved.digest ?? ''));
    await app.get(BatchRelease).perform(SYSTEM, release.id);
    this.#id = opened.id;
  }

  /** What the bank makes of each payment: one of these answers for the claims that are named, else as the mix says. Nobody has heard of it yet. */
  async bankAnswers(mix: AnswerMix, ofClaims: Readonly<Record<string, LineAnswer>>): Promise<void> {
    const { items } = unwrap(await this.stage.app.get(PayoutQueries).linesOf(this.#id, { limit: 100 }));
    const named = Object.fromEntries(items.flatMap(({ claimId, endToEndId }) => (ofClaims[claimId] === undefined ? [] : [[endToEndId, ofClaims[claimId]]])));
    const { payingAccountId, files } = unwrap(await this.stage.app.get(PracticeBank).answer({ batchId: this.#id, mix, named, seed: 1 }));
    [this.#payingAccountId, this.#files] = [payingAccountId, files];
  }

  /** Somebody of finance brings in what the bank has sent by now, or some of it. */
  async hearFromBank(isBrought: (file: PracticeFile) => boolean = () => true): Promise<void> {
    const { app, cast, clock } = this.stage;
    const today = dateAt(clock.now(), 'UTC');
    const brought = this.#files.filter((file) => file.on <= today && isBrought(file));
    this.#files = this.#files.filter(({ on }) => on > today);
    for (const { name, format, bytes } of brought) {
      const { id } = unwrap(await app.get(BankMessages).receive(cast.as(DEMO_PEOPLE.finance), this.#payingAccountId, { stream: bytes(), fileName: name }, format));
      await app.get(BankReading).perform(SYSTEM, id);
    }
  }
}

/** A fund by its code. */
export async function fundOf({ app }: Stage, code: string): Promise<string> {
  const fund = (await app.get(FundQueries).list()).items.find((one) => one.code === code);
  if (fund === undefined) throw new TypeError(`there is no fund ${code}`);
  return fund.id;
}
