import { Readable } from 'node:stream';
import { Get, Param, Query } from '@nestjs/common';
import type { Refusal } from '../../core/errors/index.js';
import { Database } from '../../platform/database/database.js';
import { Requires } from '../../platform/http/metadata.js';
import { unwrap } from '../../platform/http/refusal-exception.js';
import { REPORT_NAMES, reportCsv, Reports, type Report } from '../../modules/reporting/index.js';
import { SchemeQueries } from '../../modules/schemes/index.js';
import { ReasonWords } from '../changes/reason-words.service.js';
import { formText } from '../shared/form-fields.form.js';
import { Pages, Visitor, type Visit } from '../shared/portal.page.js';
import { Download, SeeOther, View } from '../shared/view.page.js';
import { askedDay } from './asked-day.form.js';

const [FIRST] = REPORT_NAMES;
const MOST_SCHEMES = 200;

/** What all claims together look like; the same rows as the API's, and as a table to keep. */
@Pages('reports')
export class ReportPagesController {
  constructor(private readonly database: Database, private readonly reports: Reports, private readonly schemes: SchemeQueries, private readonly reasons: ReasonWords) {}

  @Get()
  @Requires('report.read')
  first(@Visitor() { language }: Visit): SeeOther {
    return new SeeOther(`/${language}/reports/${FIRST}`);
  }

  @Get(':name')
  @Requires('report.read')
  async report(@Visitor() { language }: Visit, @Param('name') name: string, @Query() query: Record<string, unknown>): Promise<View> {
    const { report, faults, typed } = await this.#asked(name, query);
    const schemes = (await this.schemes.page(this.database.reader, { limit: MOST_SCHEMES })).map(({ code, title }) => ({ code, title }));
    return new View('reports/report.njk', {
      name, names: REPORT_NAMES, typed, schemes, columns: report.definition.columns, rows: report.rows, at: report.at, reasonText: await this.reasons.inWords(language),
    }, faults, faults.length > 0 ? 422 : 200);
  }

  @Get(':name/table')
  @Requires('report.read')
  async table(@Param('name') name: string, @Query() query: Record<string, unknown>): Promise<Download> {
    const { report, faults: [fault] } = await this.#asked(name, query);
    if (fault !== undefined) return unwrap({ ok: false, refusal: fault });
    return new Download(Readable.from(reportCsv(report.definition, report.rows)), 'text/csv; charset=utf-8', `${name}.csv`);
  }

  /** What was asked for; where it cannot be, the whole, with what is wrong. */
  async #asked(name: string, query: unknown): Promise<{ report: Report; faults: readonly Refusal[]; typed: Readonly<Record<string, string>> }> {
    const [since, until] = [askedDay(query, 'since'), askedDay(query, 'until')];
    const scheme = formText(query, 'scheme', 60);
    const typed = { scheme, since: formText(query, 'since', 20), until: formText(query, 'until', 20) };
    const faults = [since, until].flatMap((day) => (day.ok ? [] : [day.refusal]));
    if (faults.length === 0 && since.ok && until.ok) {
      const asked = await this.reports.run(name, { ...(scheme === '' ? {} : { scheme }), ...(since.value === undefined ? {} : { since: since.value }), ...(until.value === undefined ? {} : { until: until.value }) });
      if (asked.ok) return { report: asked.value, faults, typed };
      if (asked.refusal.pointer === undefined) return unwrap(asked);
      faults.push(asked.refusal);
    }
    return { report: unwrap(await this.reports.run(name, {})), faults, typed };
  }
}
