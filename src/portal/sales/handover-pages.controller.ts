import { Get, Param, Post, Req } from '@nestjs/common';
import { Requires, type MakegoodRequest } from '../../platform/http/metadata.js';
import { unwrap } from '../../platform/http/refusal-exception.js';
import { Handovers } from '../../modules/claims/index.js';
import { Pages, Visitor, type Visit } from '../shared/portal.page.js';
import { SeeOther, View } from '../shared/view.page.js';
import { qrOf } from './qr.rules.js';
import { SalesSheets } from './sales-sheets.service.js';

/** The side of the one who hands over: makes the code, sees the file arrive. */
@Pages('claims/:reference/sales/handover')
export class HandoverPagesController {
  constructor(private readonly sheets: SalesSheets, private readonly handovers: Handovers) {}

  @Get()
  @Requires('claim.file', 'merchant')
  async state(@Visitor() visit: Visit, @Param('reference') reference: string): Promise<View> {
    const sheet = await this.sheets.of(visit, reference);
    return new View('sales/handover.njk', { ...sheet, handover: unwrap(await this.handovers.ofClaim(visit.ctx, sheet.claim.id)) });
  }

  /** The code is in this answer and nowhere else, so that this one page comes of a POST. */
  @Post()
  @Requires('claim.file', 'merchant')
  async create(@Visitor() visit: Visit, @Param('reference') reference: string, @Req() { protocol, host }: MakegoodRequest): Promise<View> {
    const sheet = await this.sheets.of(visit, reference);
    const { code, ...handover } = unwrap(await this.handovers.create(visit.ctx, sheet.claim.id));
    const address = `${host}/${visit.language}/handover`;
    return new View('sales/handover.njk', { ...sheet, handover, code, address, qr: qrOf(`${protocol}://${address}?code=${code}`) });
  }

  @Post('revocation')
  @Requires('claim.file', 'merchant')
  async revoke(@Visitor() visit: Visit, @Param('reference') reference: string): Promise<SeeOther> {
    const { claim, desk } = await this.sheets.of(visit, reference);
    unwrap(await this.handovers.revoke(visit.ctx, claim.id));
    return new SeeOther(`${desk.base}/handover`);
  }
}
