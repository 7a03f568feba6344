import { Controller, Get, Param, StreamableFile } from '@nestjs/common';
import { LANGUAGES } from '../../core/policy/index.js';
import { fileOut } from '../../platform/http/file-out.js';
import { ForPeople, Requires } from '../../platform/http/metadata.js';
import { unwrap } from '../../platform/http/refusal-exception.js';
import { ClaimSalesFiles } from '../../modules/claims/index.js';
import { PageRenderer } from '../shared/page-renderer.service.js';
import { Visitor, type Visit } from '../shared/portal.page.js';
import { SalesSheets } from './sales-sheets.service.js';

/** Sales files for people: as they were sent, and marked with what is wrong in them. Never shown in a page. */
@Controller(LANGUAGES.map((language) => `${language}/claims/:reference/sales/sets/:number`))
@ForPeople()
export class SalesDownloadsController {
  constructor(private readonly sheets: SalesSheets, private readonly files: ClaimSalesFiles, private readonly renderer: PageRenderer) {}

  @Get('file')
  @Requires('claim.read', 'merchant')
  async original(@Visitor() visit: Visit, @Param('reference') reference: string, @Param('number') number: string): Promise<StreamableFile> {
    const sheet = await this.sheets.of(visit, reference);
    return fileOut(unwrap(await this.files.original(visit.ctx, sheet.claim.id, this.sheets.numbered(sheet, number).id)));
  }

  @Get('marked-file')
  @Requires('claim.read', 'merchant')
  async marked(@Visitor() visit: Visit, @Param('reference') reference: string, @Param('number') number: string): Promise<StreamableFile> {
    const sheet = await this.sheets.of(visit, reference);
    const words = (fault: Parameters<PageRenderer['say']>[1]): string => this.renderer.say(visit.language, fault).text;
    return fileOut(unwrap(await this.files.marked(visit.ctx, sheet.claim.id, this.sheets.numbered(sheet, number).id, words)));
  }
}
