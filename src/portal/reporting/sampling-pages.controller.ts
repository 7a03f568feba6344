import { Readable } from 'node:stream';
import { Body, Get, Param, ParseUUIDPipe, Post, Query } from '@nestjs/common';
import { isAllowed } from '../../platform/access/permissions.js';
import { refuse, type Refusal, type Result } from '../../core/errors/index.js';
import { interval } from '../../core/time/index.js';
import { Public, Requires } from '../../platform/http/metadata.js';
import { pageOf } from '../../platform/http/page.js';
import { unwrap } from '../../platform/http/refusal-exception.js';
import { rateIn, SampleLists, Sampling, type PeriodView } from '../../modules/review/index.js';
import { cursorIn, formText } from '../shared/form-fields.form.js';
import { Pages, Visitor, type Visit } from '../shared/portal.page.js';
import { again, Download, SeeOther, View } from '../shared/view.page.js';
import { askedDay } from './asked-day.form.js';

const ON_A_PAGE = 20;
const FIELDS = ['since', 'until', 'rate'] as const;

/** Which claims people looked at though a rule could have decided them, and how anybody sees that nobody chose them. */
@Pages('sampling')
export class SamplingPagesController {
  constructor(private readonly sampling: Sampling, private readonly lists: SampleLists) {}

  @Get()
  @Public()
  async list(@Visitor() visit: Visit, @Query() query: Record<string, unknown>): Promise<View> {
    return new View('sampling/periods.njk', { ...await this.#sheet(visit, cursorIn(query)), typed: {}, done: formText(query, 'done', 10) === 'committed' });
  }

  @Post()
  @Requires('sampling.commit')
  async commit(@Visitor() visit: Visit, @Body() body: unknown): Promise<View | SeeOther> {
    const committed = await this.#committed(visit, body);
    if (committed.ok) return new SeeOther(`/${visit.language}/sampling?done=committed`);
    const typed = Object.fromEntries(FIELDS.map((field) => [field, formText(body, field, 20)]));
    return again('sampling/periods.njk', { ...await this.#sheet(visit, {}), typed }, committed.refusal);
  }

  @Get(':id/table')
  @Public()
  async table(@Param('id', ParseUUIDPipe) id: string): Promise<Download> {
    return new Download(Readable.from(unwrap(await this.lists.csv(id))), 'text/csv; charset=utf-8', `sample-${id}.csv`);
  }

  async #committed(visit: Visit, body: unknown): Promise<Result<PeriodView>> {
    const [from, to, rate] = [askedDay(body, 'since'), askedDay(body, 'until'), rateIn(formText(body, 'rate', 20))];
    const causes = [from, to, rate].flatMap((field): Refusal[] => (field.ok ? [] : [field.refusal]));
    const missing = ([['since', from], ['until', to]] as const).flatMap(([name, day]): Refusal[] => (day.ok && day.value === undefined ? [{ code: 'portal.field_missing', params: {}, pointer: `/${name}` }] : []));
    const faults = [...missing, ...causes];
    if (faults.length > 0 || !from.ok || !to.ok || !rate.ok || from.value === undefined || to.value === undefined) return refuse('http.shape', { count: faults.length }, { causes: faults });
    const span = interval(from.value, to.value);
    const committed = span.ok ? await this.sampling.commit(visit.ctx, { span: span.value, ratePerMillion: rate.value }) : span;
    return committed.ok ? committed : { ok: false, refusal: { ...committed.refusal, pointer: POINTERS[committed.refusal.pointer ?? ''] ?? '/since' } };
  }

  async #sheet({ ctx }: Visit, cursor: { after?: string }): Promise<object> {
    const page = pageOf(await this.sampling.page({ ...cursor, limit: ON_A_PAGE + 1 }), ON_A_PAGE, ({ id }) => [id]);
    return { page, paged: cursor.after !== undefined, mayCommit: isAllowed(ctx.actor, 'sampling.commit') };
  }
}

/** Where the API's members stand in the form. */
const POINTERS: Readonly<Record<string, string>> = { '/from': '/since', '/to': '/until' };
