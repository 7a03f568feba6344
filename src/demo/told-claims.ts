import { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { currency, money } from '../core/money/index.js';
import type { Instant, Interval } from '../core/time/index.js';
import type { Context } from '../platform/access/context.js';
import { Database } from '../platform/database/database.js';
import { unwrap } from '../platform/http/refusal-exception.js';
import { ClaimDrafting, ClaimEvidence, ClaimQueries, ClaimSales, ClaimSubmission, type ClaimDetail, type DeterminationOutcome } from '../modules/claims/index.js';
import { PayeeAccounts, PayeeChecks, type TypedAccount } from '../modules/payees/index.js';
import { Casework, ClaimOverrides, ClaimWithdrawal, InformationRequests, ObjectionFiling, Offers, ReductionDesk, type Asking, type ObjectionGround, type ReductionView } from '../modules/review/index.js';
import { SchemeQueries } from '../modules/schemes/index.js';
import { DEMO_PEOPLE, STORY_PEOPLE, type DemoPerson } from './demo-people.js';
import type { OpenedShop } from './shops.js';
import type { Stage } from './stage.js';
import { syntheticPage } from './synthetic-page.js';
import type { SyntheticSales } from './synthetic-sales.js';

const SLOWEST_ASSESSMENT_MS = 30_000;

export interface Filing {
  readonly site?: number;
  readonly window: Interval;
  readonly schemeId: string;
  readonly answers: Readonly<Record<string, unknown>>;
  /** Kinds of evidence that are sent with it, each as a page that says what it stands for. */
  readonly evidence?: readonly string[];
  readonly sales?: SyntheticSales & { readonly lineIs: 'hour' | 'day' };
}

/** A claim while its story is told; each method is something a person does to it, in that person's name. */
export class ToldClaim {
  #id = '';

  constructor(private readonly stage: Stage, private readonly opened: OpenedShop, private readonly filing: Filing) {}

  get id(): string {
    return this.#id;
  }

  async draft(): Promise<void> {
    const { schemeId, site = 0, window, answers, sales } = this.filing;
    const { shop: { sites }, siteIds } = this.opened;
    const { id } = unwrap(await this.stage.app.get(ClaimDrafting).create(this.#owner, {
      schemeId, siteId: siteIds[site] as string, services: sites[site]?.services ?? [], window, answers,
    }));
    this.#id = id;
    for (const kind of this.filing.evidence ?? []) {
      unwrap(await this.stage.app.get(ClaimEvidence).add(this.#owner, id, { fileName: `${kind}_SYNTHETIC.pdf`, kind }, Readable.from([syntheticPage(kind, this.#name)])));
    }
    if (sales === undefined) return;
    unwrap(await this.stage.app.get(ClaimSales).upload(this.#owner, id, { stream: Readable.from([Buffer.from(sales.csv)]), fileName: `${this.#name}.synthetic.csv` }, {
      statement: { currency: currency('KRW'), basis: 'net_of_tax', zone: 'Asia/Seoul', lineIs: sales.lineIs, columns: { at: 'at', amount: 'amount' }, blankKind: 'sale' },
      coverage: [sales.coverage],
    }));
  }

  /** Sends it off and waits until what follows by itself has happened: the assessment, and the decision or its hour. */
  async file(): Promise<void> {
    await this.draft();
    unwrap(await this.stage.app.get(ClaimSubmission).submit(this.#owner, this.#id, (await this.#now()).version, { isTrue: true, paidElsewhere: false }));
    for (let waited = 0; isUnderWay(await this.#now()); waited += 50) {
      if (waited > SLOWEST_ASSESSMENT_MS) throw new Error(`the claim of ${this.#name} was not assessed`);
      await pause(50);
    }
  }

  async accept(): Promise<void> {
    const { version, schemeId, entitlements } = await this.#now();
    const { texts } = unwrap(await this.stage.app.get(SchemeQueries).view(this.stage.app.get(Database).reader, schemeId));
    const terms = texts.find(({ kind, language }) => kind === 'terms' && language === this.opened.shop.language);
    unwrap(await this.stage.app.get(Offers).acceptInFull(this.#owner, this.#id, entitlements.at(-1)?.n ?? 0, version, { termsHash: terms?.hash ?? '' }));
  }

  /** Its owner says where it is paid to, and somebody of finance finds that the account is theirs. */
  async nameAccount(account: Omit<TypedAccount, 'holder'>): Promise<void> {
    const { merchantId, shop } = this.opened;
    const { id, version } = unwrap(await this.stage.app.get(PayeeAccounts).add(this.#owner, merchantId, { ...account, holder: shop.legalName }));
    unwrap(await this.stage.app.get(PayeeChecks).verify(this.stage.cast.as(DEMO_PEOPLE.finance), merchantId, id, version, { outcome: 'match', reason: 'The first page of the bank book shows the name.' }));
  }

  async withdraw(): Promise<void> {
    unwrap(await this.stage.app.get(ClaimWithdrawal).withdraw(this.#owner, this.#id, (await this.#now()).version));
  }

  /** Asks its merchant for things of the catalogue, to be answered by the end of a day of that calendar. */
  async ask(who: DemoPerson, items: Asking['items'], dueOn: string, note: string): Promise<void> {
    const { version } = await this.#now();
    unwrap(await this.stage.app.get(InformationRequests).ask(this.stage.cast.as(who), this.#id, version, { items, dueOn, note: { text: note, language: 'ko' } }));
  }

  async object(grounds: readonly ObjectionGround[], text: string): Promise<void> {
    unwrap(await this.stage.app.get(ObjectionFiling).file(this.#owner, this.#id, (await this.#now()).version, { grounds, text }));
  }

  /** Puts a share where the rule had another; the working shows both. */
  async put(who: DemoPerson, step: string, figure: string, evidence: string): Promise<void> {
    const { version } = await this.#now();
    unwrap(await this.stage.app.get(ClaimOverrides).put(this.stage.cast.as(who), this.#id, version, { step, figure, reason: 'figure_from_evidence' }, evidence));
  }

  async recommend(who: DemoPerson, outcome: DeterminationOutcome, reasons: readonly string[], note: string): Promise<void> {
    const { version, assessmentId = '' } = await this.#now();
    unwrap(await this.stage.app.get(Casework).recommend(this.stage.cast.as(who), this.#id, version, { outcome, assessmentId, reasons, note }));
  }

  async decide(who: DemoPerson, outcome: DeterminationOutcome, reasons: readonly string[]): Promise<void> {
    const { version, assessmentId = '' } = await this.#now();
    unwrap(await this.stage.app.get(Casework).decide(this.stage.cast.as(who), this.#id, version, { outcome, assessmentId, reasons }));
  }

  /** Less is granted than before: proposed by one, with the owners heard; a second person decides. */
  async proposeLess(who: DemoPerson, minor: bigint, text: string): Promise<void> {
    const { version, currency: code } = await this.#now();
    unwrap(await this.stage.app.get(ReductionDesk).propose(this.stage.cast.as(who), this.#id, version, { amount: money(minor, currency(code)), reason: 'facts_corrected', text, withoutHearing: false }));
  }

  async grantLess(who: DemoPerson, note: string): Promise<void> {
    const { version } = await this.#now();
    const as = this.stage.cast.as(who);
    const { n } = unwrap(await this.stage.app.get(ReductionDesk).list(as, this.#id)).items.at(-1) as ReductionView;
    unwrap(await this.stage.app.get(ReductionDesk).decide(as, this.#id, n, version, { outcome: 'reduce', note }));
  }

  get #name(): string {
    return this.opened.owner.email.split('@')[0] ?? '';
  }

  get #owner(): Context {
    return this.stage.cast.as(this.opened.owner, [this.opened.merchantId]);
  }

  async #now(): Promise<ClaimDetail> {
    return unwrap(await this.stage.app.get(ClaimQueries).get(this.#owner, this.#id));
  }
}

const isUnderWay = ({ state, assessmentId, autoDecisionAt }: ClaimDetail): boolean => assessmentId === undefined || (state === 'submitted' && autoDecisionAt === undefined);

export const REVIEWERS = { first: DEMO_PEOPLE.reviewer, second: STORY_PEOPLE.reviewer2 } as const;
export const APPROVERS = { first: DEMO_PEOPLE.approver, second: STORY_PEOPLE.approver2 } as const;

/** What happened when. Told in the order of time, whatever the order it is written in. */
export class Diary {
  readonly #pages: { readonly at: Instant; readonly happens: () => Promise<void> }[] = [];

  on(at: Instant, happens: () => Promise<void>): this {
    this.#pages.push({ at, happens });
    return this;
  }

  async tell({ clock }: Stage): Promise<void> {
    for (const { at, happens } of this.#pages.sort((a, b) => a.at - b.at)) {
      clock.moveTo(at);
      await happens();
    }
  }
}
