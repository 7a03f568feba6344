import { Injectable } from '@nestjs/common';
import { ok, type Result } from '../../../core/errors/index.js';
import { reasonText, type Language } from '../../../core/policy/index.js';
import { Formatting } from '../../../platform/i18n/formatting.js';
import type { Tx } from '../../../platform/database/tx.js';
import { AssessmentQueries } from '../../assessments/index.js';
import { ClaimNotices, ClaimPoints, Entitlements, type ClaimLetter, type ClaimRow, type Told } from '../../claims/index.js';
import { PolicyQueries, type ReadyPolicy } from '../../policies/index.js';
import { DecisionMail } from '../letters/decision-mail.service.js';

type Reasons = readonly { readonly code: string; readonly params?: Readonly<Record<string, string>> }[];

const days = (text: string): number => Number.parseInt(text, 10);

/** Tells the owners what was decided, in the transaction that decides it; from the arrival of the letter on their time to answer runs. */
@Injectable()
export class DecisionNotices {
  constructor(
    private readonly notices: ClaimNotices, private readonly entitlements: Entitlements, private readonly assessments: AssessmentQueries, private readonly policies: PolicyQueries,
    private readonly mail: DecisionMail, private readonly granted: ClaimPoints,
  ) {}

  /** Of a claim that a decision has moved. */
  async after(tx: Tx, moved: Result<ClaimRow>): Promise<Result<ClaimRow>> {
    if (!moved.ok) return moved;
    const claim = moved.value;
    const latest = await this.entitlements.latest(tx, claim.id);
    if (claim.state === 'rejected') {
      const letter = await this.mail.letter(tx, claim);
      if (!letter.ok) return letter;
      await this.tell(tx, claim, { kind: 'refusal' }, letter.value);
    } else if (latest !== undefined) {
      const offered = claim.state === 'offered';
      await this.tell(tx, claim, { kind: offered ? 'offer' : 'grant', entitlementNo: latest.n }, await this.offer(tx, claim, offered ? 'claim.offered' : 'claim.granted'));
    } else if (claim.state === 'offered') {
      const letter = await this.mail.letter(tx, claim);
      if (!letter.ok) return letter;
      await this.tell(tx, claim, { kind: 'points' }, letter.value);
    }
    return ok(claim);
  }

  async tell(tx: Tx, claim: ClaimRow, about: Pick<Told, 'kind' | 'entitlementNo' | 'objectionNo'>, letter: ClaimLetter): Promise<void> {
    const process = (await this.#policy(tx, claim)).resolved.document.process;
    await this.notices.tell(tx, claim, { ...about, days: { offer: days(process.offerDays), objection: days(process.objectionDays) }, letter });
  }

  /** The sum, and for how many days it stands or may be objected to. */
  async offer(tx: Tx, claim: ClaimRow, template: string): Promise<ClaimLetter> {
    const gross = (await this.entitlements.latest(tx, claim.id))?.gross;
    const { offerDays, objectionDays } = (await this.#policy(tx, claim)).resolved.document.process;
    return {
      template,
      data: ({ language }) => ({ sum: new Formatting(language).minor(String(gross?.minor ?? 0n), claim.currency), offerDays, objectionDays }),
    };
  }

  /** What a claim comes to in full, where its share of the fund is not known yet. */
  async points(tx: Tx, claim: ClaimRow, template: string): Promise<ClaimLetter> {
    const points = await this.granted.latest(tx, claim.id);
    return { template, data: ({ language }) => ({ sum: new Formatting(language).minor(points?.pointsMinor ?? '0', claim.currency) }) };
  }

  /** Reasons as sentences, one after another. */
  async saying(tx: Tx, claim: ClaimRow): Promise<(reasons: Reasons, language: Language) => string> {
    const own = (await this.#policy(tx, claim)).resolved.document.reasons ?? {};
    const shared = await this.policies.reasons(tx);
    const known = shared.ok ? { ...shared.value, ...own } : own;
    return (reasons, language) => reasons.map(({ code, params }) => reasonText(known[code]?.[language] ?? code, params ?? {})).join(' ');
  }

  async #policy(tx: Tx, { id, assessmentId }: ClaimRow): Promise<ReadyPolicy> {
    const assessment = assessmentId === null ? undefined : await this.assessments.standing(tx, assessmentId);
    if (assessment === undefined) throw new TypeError(`claim ${id} was decided without an assessment`);
    return this.policies.version(tx, assessment.policyVersionId);
  }
}
