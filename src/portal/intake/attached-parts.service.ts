import { Injectable } from '@nestjs/common';
import { ClaimEvidenceQueries } from '../../modules/claims/index.js';
import type { SalesSetView } from '../../modules/evidence/index.js';
import { fileSize, kindWords } from '../evidence/evidence-words.rules.js';
import { PageRenderer } from '../shared/page-renderer.service.js';
import type { Visit } from '../shared/portal.page.js';
import type { IntakeSheet } from './intake-sheet.service.js';

/** What goes along with one claim besides its answers. */
export interface AttachedPart {
  readonly reference: string;
  readonly site: string;
  readonly zone: string;
  readonly sales: SalesSetView | undefined;
  /** Files in the order they came; those that were refused or never arrived whole are left out. */
  readonly files: readonly { readonly name: string; readonly about: string }[];
}

const THERE = ['clean', 'unscanned', 'checking'];

/** Sales and evidence as the page to check lists them, claim by claim. */
@Injectable()
export class AttachedParts {
  constructor(private readonly evidence: ClaimEvidenceQueries, private readonly renderer: PageRenderer) {}

  of(visit: Visit, { claims }: IntakeSheet): Promise<AttachedPart[]> {
    const [t, f] = [this.renderer.words(visit.language), this.renderer.formats(visit.language)];
    return Promise.all(claims.map(async ({ row, site, sales }): Promise<AttachedPart> => {
      const sheet = await this.evidence.sheet(visit.ctx, row.id);
      const files = (sheet.ok ? sheet.value.items : []).filter(({ state }) => THERE.includes(state));
      return {
        reference: row.reference, site: site.name, zone: site.zone, sales,
        files: files.map(({ fileName, kind, sizeBytes }) => ({ name: fileName, about: `${kindWords(t, kind)} · ${fileSize(f, sizeBytes)}` })),
      };
    }));
  }
}
