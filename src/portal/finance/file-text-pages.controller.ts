import { Get, Param, ParseUUIDPipe, Query } from '@nestjs/common';
import { Requires } from '../../platform/http/metadata.js';
import { decodeCountCursor } from '../../platform/http/page.js';
import { unwrap } from '../../platform/http/refusal-exception.js';
import { PayoutFiles, PayoutQueries } from '../../modules/payouts/index.js';
import { formText } from '../shared/form-fields.form.js';
import { Pages } from '../shared/portal.page.js';
import { View } from '../shared/view.page.js';

const ON_A_PAGE = 50;

/** What the file of a batch says otherwise than it was typed. */
@Pages('payouts')
export class FileTextPagesController {
  constructor(private readonly payouts: PayoutQueries, private readonly files: PayoutFiles) {}

  @Get(':id/texts')
  @Requires('payout.read')
  async texts(@Param('id', ParseUUIDPipe) id: string, @Query() query: Record<string, unknown>): Promise<View> {
    const after = unwrap(decodeCountCursor(formText(query, 'cursor', 400) || undefined));
    return new View('finance/file-texts.njk', {
      batch: unwrap(await this.payouts.get(id)), file: unwrap(await this.files.about(id)), page: unwrap(await this.files.textsOf(id, { after, limit: ON_A_PAGE })), paged: after > 0,
    });
  }
}
