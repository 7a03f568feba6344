import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import { ClaimFilings, ClaimSubmission, type ClaimRow, type Declarations, type DraftChange } from '../../modules/claims/index.js';
import type { Visit } from '../shared/portal.page.js';
import { digestOf, type IntakeClaim, type IntakeSheet } from './intake-sheet.service.js';

/** One part of the form, for each claim that is filled in together. */
export interface Part {
  /** What the part is now; compared with what the page had shown. */
  readonly of: (row: ClaimRow) => unknown;
  readonly changes: ReadonlyMap<string, DraftChange>;
  /** What the part would be afterwards, for a second click on the same button. */
  readonly wanted: (row: ClaimRow) => unknown;
  /** As the page carried it; empty where it carried nothing. */
  readonly seen: string;
  /** Needed where the claim was sent already: then a change sends it again. */
  readonly declarations: Result<Declarations>;
}

/** `conflict`: somebody saved another text since the page was made; nothing was overwritten. */
export type Saved = 'saved' | 'conflict';

const TRIES = 3;

export const partDigest = (claims: readonly IntakeClaim[], of: Part['of']): string => digestOf(claims.map(({ row }) => [row.reference, of(row) ?? null]));

/**
 * Saves a step of the form. Another part that was saved meanwhile, in a second window or by a colleague, is no conflict; the same part is,
 * unless both say the same.
 */
@Injectable()
export class IntakeSaves {
  constructor(private readonly filings: ClaimFilings, private readonly submission: ClaimSubmission) {}

  async save(visit: Visit, open: () => Promise<Result<IntakeSheet>>, part: Part): Promise<Result<Saved>> {
    for (let tries = 1; ; tries += 1) {
      const sheet = await open();
      if (!sheet.ok) return sheet;
      const { claims } = sheet.value;
      const now = partDigest(claims, part.of);
      if (now === digestOf(claims.map(({ row }) => [row.reference, part.wanted(row) ?? null]))) return ok('saved');
      if (part.seen !== '' && part.seen !== now) return ok('conflict');
      const saved = await this.#store(visit, sheet.value, part);
      if (saved.ok) return ok('saved');
      if (saved.refusal.code !== 'http.stale' || tries === TRIES) return saved;
    }
  }

  async #store({ ctx }: Visit, { mode, claims, lead }: IntakeSheet, part: Part): Promise<Result<unknown>> {
    if (mode === 'closed') return refuse('intake.not_open_to_change');
    if (mode === 'draft') {
      return this.filings.save(ctx, claims.flatMap(({ row }) => {
        const change = part.changes.get(row.reference);
        return change === undefined ? [] : [{ id: row.id, version: row.version, change }];
      }));
    }
    const change = part.changes.get(lead.row.reference);
    if (!part.declarations.ok || change === undefined) return part.declarations;
    const { id, version } = lead.row;
    return mode === 'correct' ? this.submission.correct(ctx, id, version, part.declarations.value, change) : this.submission.amend(ctx, id, version, part.declarations.value, change);
  }
}
