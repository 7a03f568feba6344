import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import { formatInstant, instant } from '../../core/time/index.js';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import { RegisterQueries } from '../outages/index.js';
import { reportItem, reportOf, type ReportDefinition, type ReportRow } from './reports.rules.js';
import { ReportsRepository, type Asked } from './reports.repository.js';

export interface Report {
  readonly definition: ReportDefinition;
  /** As the database answered: amounts in minor units. */
  readonly rows: readonly ReportRow[];
  readonly at: string;
}

/** Before the first claim of anybody. */
const EVER = instant(0);

/** What staff ask about all claims together. Each report is one query; page, API and table show the same rows. */
@Injectable()
export class Reports {
  constructor(private readonly database: Database, private readonly repository: ReportsRepository, private readonly register: RegisterQueries, private readonly clock: Clock) {}

  /** Codes: `reporting.not_found`, `reporting.span_empty`. */
  async run(name: string, asked: Asked): Promise<Result<Report>> {
    const definition = reportOf(name);
    if (definition === undefined) return refuse('reporting.not_found', { name });
    if (asked.since !== undefined && asked.until !== undefined && asked.since >= asked.until) return refuse('reporting.span_empty', {}, { pointer: '/until' });
    const now = this.clock.now();
    const { reader } = this.database;
    const down = await this.register.ownDowntime(reader, EVER);
    return ok({ definition, rows: await this.repository.run(reader, definition, asked, { now, down }), at: formatInstant(now) });
  }
}

export const reportView = ({ definition, rows, at }: Report) => ({
  name: definition.name, at, columns: definition.columns.map(({ key, kind }) => ({ key, kind })), items: rows.map((row) => reportItem(definition, row)),
});
