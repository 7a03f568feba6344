import { Body, Param, ParseUUIDPipe, Post } from '@nestjs/common';
import { Requires } from '../../platform/http/metadata.js';
import { unwrap } from '../../platform/http/refusal-exception.js';
import { SavedFilters } from '../../modules/review/index.js';
import { formText } from '../shared/form-fields.form.js';
import { Pages, Visitor, type Visit } from '../shared/portal.page.js';
import { SeeOther, type View } from '../shared/view.page.js';
import { QueuePages, queryOf, readAddress } from './queue-pages.service.js';

/** Filters that a person keeps under a name. */
@Pages('work-filters')
export class SavedFilterPagesController {
  constructor(private readonly filters: SavedFilters, private readonly pages: QueuePages) {}

  @Post()
  @Requires('queue.read')
  async save(@Visitor() visit: Visit, @Body() body: unknown): Promise<View | SeeOther> {
    const address = readAddress(body, 'review');
    const name = formText(body, 'name', 80).trim();
    const saved = name === ''
      ? { ok: false, refusal: { code: 'portal.field_missing', params: {}, pointer: '/name' } } as const
      : await this.filters.save(visit.ctx, { name, query: address, isShared: formText(body, 'shared', 3) === 'yes' });
    return saved.ok ? new SeeOther(`/${visit.language}/work?${queryOf(address, { done: 'filter_saved' })}`) : this.pages.view(visit, body, { fault: saved.refusal });
  }

  @Post(':id/removal')
  @Requires('queue.read')
  async remove(@Visitor() visit: Visit, @Param('id', ParseUUIDPipe) id: string, @Body() body: unknown): Promise<SeeOther> {
    unwrap(await this.filters.remove(visit.ctx, id));
    return new SeeOther(`/${visit.language}/work?${queryOf(readAddress(body, 'review'), { done: 'filter_removed' })}`);
  }
}
