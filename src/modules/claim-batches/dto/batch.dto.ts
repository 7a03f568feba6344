import { ChoiceField } from '../../../platform/http/fields.js';
import { CursorQuery } from '../../../platform/http/page.js';
import { ITEM_STATES } from '../batch.machine.js';

export class BatchItemsQuery extends CursorQuery {
  @ChoiceField(ITEM_STATES, { optional: true })
  state?: string;
}
