import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import { addDays, dateAt, type CalendarDate } from '../../core/time/index.js';
import { Database } from '../../platform/database/database.js';
import { ClaimQueries, ClaimSales, Handovers } from '../../modules/claims/index.js';
import { MerchantQueries } from '../../modules/merchants/index.js';
import { TillUploads, type SalesSetView } from '../../modules/evidence/index.js';
import type { Visit } from '../shared/portal.page.js';
import { View } from '../shared/view.page.js';
import type { Desk } from './sales-desk.service.js';

const DAYS_BEFORE = 84;

/** What another device may know: whose sales are wanted, in which currency, and from about when to when. */
export interface DeviceAt {
  readonly visit: Visit;
  readonly desk: Desk;
  readonly business: string;
  readonly from: CalendarDate;
  readonly to: CalendarDate;
  readonly isDone: boolean;
  /** Sales of the file that came in. */
  readonly count: number;
}

@Injectable()
export class DeviceDesks {
  constructor(
    private readonly database: Database,
    private readonly handovers: Handovers,
    private readonly claims: ClaimQueries,
    private readonly sales: ClaimSales,
    private readonly merchants: MerchantQueries,
    private readonly uploads: TillUploads,
  ) {}

  /** The desk of a device; `uploadId` has to be a file that this device brought. */
  async of(visit: Visit, token: string | undefined, uploadId?: string): Promise<Result<DeviceAt>> {
    const device = token === undefined ? undefined : await this.handovers.device(visit.ctx, token);
    if (device?.ok !== true) return refuse('handovers.code_unknown');
    const { claimId, ctx, delegate, handoverId, isDone } = device.value;
    const upload = uploadId === undefined ? undefined : await this.uploads.any(uploadId);
    if (uploadId !== undefined && upload?.handoverId !== handoverId) return refuse('handovers.code_unknown');
    const { reader } = this.database;
    const claim = await this.claims.find(reader, claimId);
    const site = claim === undefined ? undefined : (await this.merchants.siteNames(reader, [claim.siteId])).get(claim.siteId);
    if (claim === undefined || site === undefined) return refuse('handovers.code_unknown');
    const business = `${site.merchantName} · ${site.name}`;
    return ok({
      visit: { language: visit.language, ctx }, business, isDone, count: isDone ? await this.#count(visit, ctx, claimId, handoverId) : 0,
      from: addDays(dateAt(claim.window.from, site.zone), -DAYS_BEFORE), to: dateAt(claim.window.to, site.zone),
      desk: { claimId, base: `/${visit.language}/handover`, zone: site.zone, currency: claim.currency, caption: business, delegate },
    });
  }

  /** What came of a file, as far as a device may know: how many sales, or how many lines cannot be read. */
  async outcome({ visit, desk }: DeviceAt, uploadId: string): Promise<View> {
    const upload = await this.uploads.any(uploadId);
    const set = await this.#set(visit.ctx, desk.claimId, upload?.setId ?? '');
    if (set?.state === 'failed') return new View('sales/device-faulty.njk', { desk, uploadId, faultCount: set.faultCount, lineCount: set.lineCount });
    return new View('sales/device-done.njk', { desk, count: set?.totals?.sales ?? 0 });
  }

  async #count(_visit: Visit, ctx: Visit['ctx'], claimId: string, handoverId: string): Promise<number> {
    const upload = await this.uploads.ofHandover(handoverId);
    return (await this.#set(ctx, claimId, upload?.setId ?? ''))?.totals?.sales ?? 0;
  }

  async #set(ctx: Visit['ctx'], claimId: string, setId: string): Promise<SalesSetView | undefined> {
    const list = await this.sales.list(ctx, claimId);
    return list.ok ? list.value.items.find(({ id }) => id === setId) : undefined;
  }
}
