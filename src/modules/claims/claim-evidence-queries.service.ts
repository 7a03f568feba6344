import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import { mayFor } from '../../platform/access/ownership.js';
import type { Context } from '../../platform/access/context.js';
import { Database } from '../../platform/database/database.js';
import { EVIDENCE_FORMS, EVIDENCE_LIMITS, EvidenceFiling, type EvidenceFileView, type OpenedEvidence } from '../evidence/index.js';
import { ClaimLifecycle } from './claim-lifecycle.service.js';
import { ClaimsRepository } from './claims.repository.js';
import { EvidenceKindsOfPolicy, type EvidenceKinds } from './evidence-kinds.service.js';
import type { ClaimRow } from './views/claim-row.js';

/** A claim's evidence, and what is said about evidence before anybody sends some. */
export interface EvidenceSheet {
  readonly items: readonly EvidenceFileView[];
  /** Whether the reader may still add to it and take from it. */
  readonly open: boolean;
  readonly kinds: {
    /** Without these no rule decides the claim. */
    readonly needed: readonly { readonly kind: string; readonly present: boolean }[];
    readonly helpful: readonly string[];
    readonly taken: readonly string[];
  };
  readonly limits: { readonly fileBytes: number; readonly files: number; readonly allBytes: number; readonly unfinishedHours: number; readonly forms: readonly string[] };
}

const COUNTS = ['clean', 'unscanned', 'checking'];

@Injectable()
export class ClaimEvidenceQueries {
  constructor(
    private readonly database: Database,
    private readonly claims: ClaimsRepository,
    private readonly lifecycle: ClaimLifecycle,
    private readonly kinds: EvidenceKindsOfPolicy,
    private readonly filing: EvidenceFiling,
  ) {}

  async sheet(ctx: Context, id: string): Promise<Result<EvidenceSheet>> {
    const { reader } = this.database;
    const claim = await this.claims.find(reader, id);
    if (claim === undefined || !mayFor(ctx.actor, 'claim.read', claim.merchantId)) return refuse('claims.not_found');
    const kinds = await this.kinds.of(reader, claim);
    return kinds.ok ? this.within(ctx, claim, kinds.value) : kinds;
  }

  /** As `sheet`, for whoever has read the claim and what its policy says of evidence already. */
  async within(ctx: Context, claim: ClaimRow, kinds: EvidenceKinds): Promise<Result<EvidenceSheet>> {
    if (!mayFor(ctx.actor, 'claim.read', claim.merchantId)) return refuse('claims.not_found');
    const { reader } = this.database;
    const items = await this.filing.list(reader, claim.id);
    const present = new Set(items.filter(({ state }) => COUNTS.includes(state)).map(({ kind }) => kind));
    return ok({
      items, open: (await this.lifecycle.takesPapers(reader, ctx, claim)).ok,
      kinds: { ...kinds, needed: kinds.needed.map((kind) => ({ kind, present: present.has(kind) })) },
      limits: { ...EVIDENCE_LIMITS, forms: EVIDENCE_FORMS },
    });
  }

  /** The bytes of one file, for somebody who may read evidence; that they did is recorded. */
  async open(ctx: Context, id: string, evidenceId: string): Promise<Result<OpenedEvidence>> {
    const { reader } = this.database;
    const claim = await this.claims.find(reader, id);
    if (claim === undefined || !mayFor(ctx.actor, 'evidence.read', claim.merchantId)) return refuse('claims.not_found');
    const row = await this.filing.find(reader, id, evidenceId);
    return row === undefined ? refuse('evidence.upload_not_found') : this.filing.open(ctx, row);
  }
}
