import { join } from 'node:path';
import { Injectable } from '@nestjs/common';
import { ok, type Result } from '../../../core/errors/index.js';
import { money, type Money } from '../../../core/money/index.js';
import { reasonText, type Language } from '../../../core/policy/index.js';
import type { Instant } from '../../../core/time/index.js';
import { Clock } from '../../../platform/clock/clock.js';
import { Formatting } from '../../../platform/i18n/formatting.js';
import { Translations } from '../../../platform/i18n/translations.js';
import type { Tx } from '../../../platform/database/tx.js';
import { AssessmentQueries, type StandingAssessment } from '../../assessments/index.js';
import { ClaimNotices, ClaimPoints, Entitlements, lastInstantFrom, type ClaimLetter, type ClaimRow, type Told } from '../../claims/index.js';
import { PolicyQueries, type ReadyPolicy } from '../../policies/index.js';
import { saidOfTax } from '../letters/decision-letter.rules.js';
import { DecisionMail } from '../letters/decision-mail.service.js';

type Reasons = readonly { readonly code: string; readonly params?: Readonly<Record<string, string>> }[];

type Process = ReadyPolicy['resolved']['document']['process'];

interface Granted {
  readonly gross: Money;
  readonly withheld: Money;
}

/** A claim after its award, and what it was granted on which assessment. */
export interface Awarded {
  readonly claim: ClaimRow;
  readonly assessment: StandingAssessment;
  /** Undefined: points were granted. */
  readonly entitlementNo: number | undefined;
  readonly gross: Money;
}

const WORDS = new Translations(join(import.meta.dirname, '../letters/words'));

const days = (text: string): number => Number.parseInt(text, 10);
const daysOf = ({ offerDays, objectionDays }: Process): Told['days'] => ({ offer: days(offerDays), objection: days(objectionDays) });
/** What of a grant is withheld as tax, in words. */
export const taxOf = ({ gross, withheld }: Granted, language: Language): string =>
  saidOfTax({ grossMinor: gross.minor, withheldMinor: withheld.minor }, gross.currency, { t: WORDS.in(language), f: new Formatting(language) });
/** The sum, for how many days it stands or may be objected to, and to what day at the least. */
const grantLetter = (granted: Granted, { offerDays, objectionDays }: Process, { template, at }: { template: string; at: Instant }): ClaimLetter => ({
  template,
  data: ({ language, zone }) => {
    const f = new Formatting(language);
    const lastDay = f.date(lastInstantFrom(at, { days: days(offerDays), zone }), zone);
    return { sum: f.minor(String(granted.gross.minor), granted.gross.currency), tax: taxOf(granted, language), offerDays, objectionDays, lastDay };
  },
});

/** Tells the owners what was decided, in the transaction that decides it; from the arrival of the letter on their time to answer runs. */
@Injectable()
export class DecisionNotices {
  constructor(
    private readonly notices: ClaimNotices, private readonly entitlements: Entitlements, private readonly assessments: AssessmentQueries, private readonly policies: PolicyQueries,
    private readonly mail: DecisionMail, private readonly clock: Clock, private readonly granted: ClaimPoints,
  ) {}

  /** Of a claim that a refusal has moved. */
  async refused(tx: Tx, moved: Result<ClaimRow>): Promise<Result<ClaimRow>> {
    if (!moved.ok) return moved;
    const letter = await this.mail.letter(tx, moved.value);
    if (!letter.ok) return letter;
    await this.tell(tx, moved.value, { kind: 'refusal' }, letter.value);
    return moved;
  }

  /** Of claims that awards have moved, with what each was granted. */
  async awarded(tx: Tx, awards: readonly Awarded[]): Promise<Result<void>> {
    await this.#tellGrants(tx, awards.filter(({ entitlementNo }) => entitlementNo !== undefined), ({ state }, { acceptance }) => {
      if (state !== 'offered') return { kind: 'grant', template: 'claim.granted' };
      // What needs no acceptance is offered only because its fund cannot keep the money yet.
      return { kind: 'offer', template: acceptance === 'required' ? 'claim.offered' : 'claim.granted-waiting' };
    });
    for (const { claim, entitlementNo } of awards) {
      const told = entitlementNo === undefined ? await this.pointed(tx, claim) : ok(undefined);
      if (!told.ok) return told;
    }
    return ok(undefined);
  }

  /** Of a claim that was granted points: what it comes to in full, and that nothing has to be done until the fund is shared. From its arrival on the time to object runs. */
  async pointed(tx: Tx, claim: ClaimRow): Promise<Result<void>> {
    const letter = await this.mail.letter(tx, claim);
    if (!letter.ok) return letter;
    await this.tell(tx, claim, { kind: 'points' }, letter.value);
    return ok(undefined);
  }

  /** Of offers that have risen: each is a new one, with the whole time to answer it and to object. */
  async raised(tx: Tx, rises: readonly (Omit<Awarded, 'assessment'> & { readonly assessmentId: string })[]): Promise<void> {
    const standing = await this.assessments.standingOf(tx, rises.map(({ assessmentId }) => assessmentId));
    const known = rises.flatMap(({ assessmentId, ...rise }) => {
      const assessment = standing.get(assessmentId);
      return assessment === undefined ? [] : [{ ...rise, assessment }];
    });
    return this.#tellGrants(tx, known, () => ({ kind: 'raise', template: 'claim.raised' }));
  }

  async #tellGrants(tx: Tx, grants: readonly Awarded[], as: (claim: ClaimRow, process: Process) => { readonly kind: Told['kind']; readonly template: string }): Promise<void> {
    const told: (Told & { readonly claim: ClaimRow })[] = [];
    const withheld = await this.entitlements.withheldOf(tx, grants.map(({ claim }) => claim.id));
    for (const { claim, assessment, entitlementNo, gross } of grants) {
      const process = (await this.policies.version(tx, assessment.policyVersionId)).resolved.document.process;
      const { kind, template } = as(claim, process);
      const granted = { gross, withheld: money(withheld.get(claim.id) ?? 0n, gross.currency) };
      told.push({ claim, kind, ...(entitlementNo === undefined ? {} : { entitlementNo }), days: daysOf(process), letter: grantLetter(granted, process, { template, at: this.clock.now() }) });
    }
    await this.notices.tellAll(tx, told);
  }

  async tell(tx: Tx, claim: ClaimRow, about: Pick<Told, 'kind' | 'entitlementNo' | 'objectionNo'>, letter: ClaimLetter): Promise<void> {
    await this.notices.tell(tx, claim, { ...about, days: daysOf(await this.#process(tx, claim)), letter });
  }

  /** The days that the policy leaves to answer an offer and to object. */
  async times(tx: Tx, claim: ClaimRow): Promise<{ offerDays: string; objectionDays: string }> {
    const { offerDays, objectionDays } = await this.#process(tx, claim);
    return { offerDays, objectionDays };
  }

  /** Whether what is offered on the claim has to be accepted. */
  async asksForAcceptance(tx: Tx, claim: ClaimRow): Promise<boolean> {
    return (await this.#process(tx, claim)).acceptance === 'required';
  }

  /** What stands granted, for how many days, and to what day at the least. */
  async offer(tx: Tx, claim: ClaimRow, template: string): Promise<ClaimLetter> {
    const granted = await this.entitlements.latest(tx, claim.id);
    if (granted === undefined) throw new TypeError(`claim ${claim.id} has nothing granted`);
    return grantLetter(granted, await this.#process(tx, claim), { template, at: this.clock.now() });
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

  async #process(tx: Tx, claim: ClaimRow): Promise<Process> {
    return (await this.#policy(tx, claim)).resolved.document.process;
  }

  async #policy(tx: Tx, { id, assessmentId }: ClaimRow): Promise<ReadyPolicy> {
    const assessment = assessmentId === null ? undefined : await this.assessments.standing(tx, assessmentId);
    if (assessment === undefined) throw new TypeError(`claim ${id} was decided without an assessment`);
    return this.policies.version(tx, assessment.policyVersionId);
  }
}
