import { Injectable } from '@nestjs/common';
import type { Result } from '../../core/errors/index.js';
import type { Context } from '../../platform/access/context.js';
import { SalesDownloads, type Download, type FaultWords } from '../evidence/index.js';
import { SalesDoor } from './sales-door.service.js';

/** Sales files of a claim on their way out, to whoever may read the claim. */
@Injectable()
export class ClaimSalesFiles {
  constructor(private readonly door: SalesDoor, private readonly downloads: SalesDownloads) {}

  async original(ctx: Context, id: string, setId: string): Promise<Result<Download>> {
    const claim = await this.door.visible(ctx, id);
    return claim.ok ? this.downloads.original(id, setId) : claim;
  }

  async marked(ctx: Context, id: string, setId: string, words: FaultWords): Promise<Result<Download>> {
    const claim = await this.door.visible(ctx, id);
    return claim.ok ? this.downloads.marked(id, setId, words) : claim;
  }
}
