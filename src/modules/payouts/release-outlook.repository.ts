import { Injectable } from '@nestjs/common';
import type { Reader } from '../../platform/database/tx.js';
import type { PayoutMethod } from '../funds/index.js';
import { BLOCKED_LINES } from './due.rules.js';

@Injectable()
export class ReleaseOutlookRepository {
  /** How many lines of a batch something stops by now, by the first reason of each, the most frequent first. */
  stoppedByNow(reader: Reader, batchId: string, method: PayoutMethod): Promise<{ reason: string; count: number; netMinor: string }[]> {
    return reader.query(`SELECT reasons[1] AS reason, count(*)::int AS count, sum(net_minor)::text AS "netMinor" FROM ${BLOCKED_LINES} GROUP BY 1 ORDER BY 2 DESC, 1`, [batchId, method]);
  }
}
