import { IntegerField, TextField } from './fields.js';

export { decodeCountCursor, decodeCursor, decodeIdCursor, DEFAULT_LIMIT, encodeCursor, pageOf, type Page } from '../database/paging.js';

/** How every list is asked for. */
export class CursorQuery {
  @IntegerField({ min: 1, max: 200, optional: true, about: 'Items on a page; 50 when left out' })
  limit?: number;

  @TextField({ max: 400, optional: true, about: 'nextCursor of the page before' })
  cursor?: string;
}
