import { Injectable } from '@nestjs/common';
import type { Refusal } from '../../core/errors/index.js';
import { instant, parseInstant, type Instant, type Interval } from '../../core/time/index.js';
import { unwrap, RefusalException } from '../../platform/http/refusal-exception.js';
import { ClaimQueries, ClaimSales, type ClaimDetail } from '../../modules/claims/index.js';
import type { SalesSetView } from '../../modules/evidence/index.js';
import { ClaimSettings, type ClaimSetting } from '../shared/claim-setting.service.js';
import { PageRenderer } from '../shared/page-renderer.service.js';
import type { Visit } from '../shared/portal.page.js';
import type { Desk } from './sales-desk.service.js';

/** The sales of a claim as its pages show them. */
export interface SalesSheet {
  readonly claim: ClaimDetail;
  readonly setting: ClaimSetting;
  readonly desk: Desk;
  /** Newest first. */
  readonly sets: readonly SalesSetView[];
  /** The one that counts. */
  readonly current: SalesSetView | undefined;
  readonly isOpen: boolean;
  /** What comes now is looked at with an open objection. */
  readonly isObjected: boolean;
}

export const instantIn = (text: string): Instant => {
  const read = parseInstant(text);
  return read.ok ? read.value : instant(0);
};

export const spanOf = ({ from, to }: { readonly from: string; readonly to: string }): Interval => ({ from: instantIn(from), to: instantIn(to) });

@Injectable()
export class SalesSheets {
  constructor(
    private readonly claims: ClaimQueries,
    private readonly sales: ClaimSales,
    private readonly settings: ClaimSettings,
    private readonly renderer: PageRenderer,
  ) {}

  async of(visit: Visit, reference: string): Promise<SalesSheet> {
    const claim = unwrap(await this.claims.byReference(visit.ctx, reference));
    const setting = unwrap(await this.settings.of(claim));
    const sets = [...unwrap(await this.sales.list(visit.ctx, claim.id)).items].reverse();
    const isObjected = claim.objections.some(({ outcome }) => outcome === undefined);
    return {
      claim, setting, sets, current: sets.find(({ state }) => state === 'parsed'), isObjected,
      isOpen: isObjected || claim.state === 'draft' || (['amend', 'correct', 'answer'] as const).some((event) => claim.allowedEvents.includes(event)),
      desk: {
        claimId: claim.id, base: `/${visit.language}/claims/${claim.reference}/sales`, zone: setting.site.zone, currency: claim.currency,
        caption: `${setting.site.merchantName} · ${setting.site.name}`,
      },
    };
  }

  numbered({ sets }: SalesSheet, number: string): SalesSetView {
    const set = sets.find((one) => String(one.number) === number);
    if (set === undefined) throw new RefusalException({ code: 'evidence.set_not_found', params: { id: number.slice(0, 10) } });
    return set;
  }

  /** Faults of lines as sentences, in the reader's language where there is one. */
  told({ language }: Visit, faults: readonly Refusal[]): { line: unknown; text: string; lang?: string }[] {
    return faults.map((fault) => ({ line: fault.params['line'], ...this.renderer.say(language, fault) }));
  }
}
