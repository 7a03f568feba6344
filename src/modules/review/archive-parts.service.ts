import { Injectable } from '@nestjs/common';
import { ok, type Result } from '../../core/errors/index.js';
import { LANGUAGES } from '../../core/policy/index.js';
import { formatInstant } from '../../core/time/index.js';
import type { Context } from '../../platform/access/context.js';
import { AssessmentQueries, Receipts } from '../assessments/index.js';
import { ClaimEvidenceQueries, ClaimQueries, ClaimSales, type ClaimDetail, type EvidenceSheet } from '../claims/index.js';
import type { SalesSetView } from '../evidence/index.js';
import { LetterQueries } from '../mail/index.js';

/** One file of an archive that is known already. */
export interface ArchivePart {
  readonly name: string;
  readonly text: string;
}

/** All that goes into an archive: what is known already, and the files that are streamed into it. */
export interface ArchiveContent {
  readonly parts: readonly ArchivePart[];
  readonly sales: readonly SalesSetView[];
  readonly evidence: EvidenceSheet['items'];
}

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

/** What was said about a claim by either side, as texts: each as the reader may see it. */
@Injectable()
export class ArchiveParts {
  constructor(
    private readonly claims: ClaimQueries,
    private readonly sales: ClaimSales,
    private readonly evidence: ClaimEvidenceQueries,
    private readonly assessments: AssessmentQueries,
    private readonly receipts: Receipts,
    private readonly letters: LetterQueries,
  ) {}

  async of(ctx: Context, claim: ClaimDetail): Promise<Result<ArchiveContent>> {
    const versions = await this.claims.versions(ctx, claim.id);
    if (!versions.ok) return versions;
    const [sales, evidence, timeline] = [await this.sales.list(ctx, claim.id), await this.evidence.sheet(ctx, claim.id), await this.claims.timeline(ctx, claim.id)];
    if (!sales.ok) return sales;
    if (!evidence.ok) return evidence;
    if (!timeline.ok) return timeline;
    const worked = await this.#assessments(ctx, claim.id);
    if (!worked.ok) return worked;
    const { determinations, entitlements, ...about } = claim;
    const letters = await this.letters.about('claim', claim.id);
    const parts = [
      { name: 'claim.json', text: json(about) },
      ...versions.value.map(({ n, filedAt, ...version }) => ({ name: `versions/${n}.json`, text: json({ n, ...version, filedAt: formatInstant(filedAt) }) })),
      { name: 'sales-files.json', text: json(sales.value.items) }, { name: 'evidence.json', text: json(evidence.value.items) },
      { name: 'decisions.json', text: json({ determinations, entitlements }) }, { name: 'timeline.json', text: json(timeline.value.items) },
      ...letters.map(({ subject, plain, createdAt }, index) => ({
        name: `letters/${String(index + 1).padStart(2, '0')}.txt`, text: [createdAt.toISOString(), ...(subject === null ? [] : [subject]), '', plain ?? ''].join('\n'),
      })),
      ...worked.value,
    ];
    return ok({ parts, sales: sales.value.items, evidence: evidence.value.items });
  }

  async #assessments(ctx: Context, claimId: string): Promise<Result<ArchivePart[]>> {
    const list = await this.assessments.list(ctx, claimId);
    if (!list.ok) return list;
    const parts: ArchivePart[] = [];
    for (const { n } of list.value.items) {
      const result = await this.assessments.get(ctx, claimId, n);
      if (!result.ok) return result;
      parts.push({ name: `assessments/${n}/result.json`, text: json(result.value) });
      for (const language of LANGUAGES) {
        const explanation = await this.assessments.explanation(ctx, claimId, n, language);
        if (!explanation.ok) return explanation;
        parts.push({ name: `assessments/${n}/explanation.${language}.json`, text: json(explanation.value) },
          { name: `assessments/${n}/explanation.${language}.txt`, text: explanation.value.lines.map(({ text, figure }) => (figure === undefined ? `${text}\n` : `${text}\n    = ${figure}\n`)).join('') });
      }
      // One made by an engine of before has no receipt any more; the rest of it is given all the same.
      const receipt = await this.receipts.of(ctx, claimId, n);
      if (receipt.ok) parts.push({ name: `assessments/${n}/receipt.json`, text: receipt.value.text });
    }
    return ok(parts);
  }
}
