import { Inject, Injectable } from '@nestjs/common';
import { explain, forMerchant } from '../../../core/assessment/index.js';
import { ok, type Result } from '../../../core/errors/index.js';
import type { Instant } from '../../../core/time/index.js';
import { APP_CONFIG, type AppConfig } from '../../../platform/config/config.js';
import type { Reader } from '../../../platform/database/tx.js';
import { AssessmentQueries, figureStyle } from '../../assessments/index.js';
import { Entitlements, Objections, type ClaimRow } from '../../claims/index.js';
import { MerchantQueries } from '../../merchants/index.js';
import { PolicyQueries } from '../../policies/index.js';
import { SchemeQueries } from '../../schemes/index.js';
import { HIGHEST_LEVEL } from '../objections/objections.rules.js';
import { LETTER_STAGES, type DecisionFacts, type LetterStage, type Speech } from './decision-letter.rules.js';

type Granted = Awaited<ReturnType<Entitlements['grantedBy']>>;

interface Before {
  readonly level: number | undefined;
  readonly granted: Granted;
  readonly stands: DecisionFacts['stands'];
}

const NOTHING_BEFORE: Before = { level: undefined, granted: undefined, stands: undefined };

type DeterminationRow = Awaited<ReturnType<Entitlements['determinations']>>[number];

/** A determination that a letter tells. */
export type ToldDetermination = DeterminationRow & { readonly stage: LetterStage };

export const isTold = (determination: DeterminationRow): determination is ToldDetermination => (LETTER_STAGES as readonly string[]).includes(determination.stage);

/** Everything a decision's letter is made from: the run it rests on, the rule, the scheme and whose it is. As the business may see it, whoever reads. */
@Injectable()
export class DecisionFactsLoader {
  constructor(
    private readonly entitlements: Entitlements, private readonly assessments: AssessmentQueries, private readonly policies: PolicyQueries, private readonly schemes: SchemeQueries,
    private readonly merchants: MerchantQueries, private readonly objections: Objections, @Inject(APP_CONFIG) private readonly config: AppConfig,
  ) {}

  async load(reader: Reader, claim: ClaimRow, determination: ToldDetermination, { language, f, t }: Speech): Promise<Result<DecisionFacts>> {
    const scheme = await this.schemes.view(reader, claim.schemeId);
    if (!scheme.ok) return scheme;
    const reasons = await this.policies.reasons(reader);
    if (!reasons.ok) return reasons;
    const run = await this.assessments.standing(reader, determination.assessmentId);
    if (run === undefined) throw new TypeError(`assessment ${determination.assessmentId} is gone`);
    const policy = await this.policies.version(reader, run.policyVersionId);
    const { document } = policy.resolved;
    const site = (await this.merchants.siteNames(reader, [claim.siteId])).get(claim.siteId);
    const style = figureStyle(f, { yes: t('yes'), no: t('no'), ofItAt: (length, weight) => t('of_it_at', { length, weight }) });
    const at = determination.at.getTime() as Instant;
    const granted = await this.entitlements.grantedBy(reader, claim.id, determination.id);
    const before = await this.#before(reader, claim.id, determination);
    return ok({
      reference: claim.reference, ...placeOf(site), currency: claim.currency,
      address: `${this.config.publicUrl}/${language}/claims/${claim.reference}`,
      determination: { ...determination, at, withheldMinor: withheldBy(granted) },
      isPoints: determination.outcome === 'award' && granted === undefined,
      stands: before.stands, isLast: before.level === HIGHEST_LEVEL,
      isDueAtOnce: document.process.acceptance !== 'required' || (granted === undefined ? wasAccepted(before.granted, at) : carries(granted)),
      rule: { title: { ...document.title }, key: policy.key, version: policy.version, offerDays: document.process.offerDays, objectionDays: document.process.objectionDays },
      scheme: { title: scheme.value.title, contact: scheme.value.contact, payDays: scheme.value.targetDays['pay'], texts: scheme.value.texts },
      reasons: { ...reasons.value, ...document.reasons },
      lines: explain(forMerchant(run.result), policy.resolved, reasons.value, language, style),
    });
  }

  /** What an objection was about: what stood when it was decided, and which of the two it is. */
  async #before(reader: Reader, claimId: string, { id, n, at, stage }: ToldDetermination): Promise<Before> {
    if (stage !== 'objection') return NOTHING_BEFORE;
    const level = (await this.objections.of(reader, claimId)).find((objection) => objection.determinationId === id)?.level;
    const granted = await this.entitlements.grantedUntil(reader, claimId, at);
    if (granted !== undefined) return { level, granted, stands: { grossMinor: BigInt(granted.grossMinor), withheldMinor: BigInt(granted.withheldMinor), isPoints: false } };
    const points = (await this.entitlements.determinations(reader, claimId)).findLast((told) => told.n < n && isTold(told) && told.outcome === 'award');
    return { level, granted, stands: points?.amountMinor == null ? undefined : { grossMinor: BigInt(points.amountMinor), withheldMinor: 0n, isPoints: true } };
  }
}

/** Whether nobody is asked to accept it: an acceptance from before carried over to it when it was granted. */
const carries = (granted: Granted): boolean => granted?.acceptance === 'raised' || granted?.acceptance === 'reduced';

/** Whether it had been accepted by the time of a decision that left it as it was. */
const wasAccepted = (granted: Granted, at: Instant): boolean => granted?.acceptedAt != null && granted.acceptedAt.getTime() <= at;

const placeOf = (site: { readonly merchantName: string; readonly name: string; readonly zone: string } | undefined): Pick<DecisionFacts, 'business' | 'place' | 'zone'> =>
  ({ business: site?.merchantName ?? '', place: site?.name ?? '', zone: site?.zone ?? 'UTC' });

const withheldBy = (granted: { readonly withheldMinor: string } | undefined): string => granted?.withheldMinor ?? '0';
