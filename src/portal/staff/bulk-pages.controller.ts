import { Readable } from 'node:stream';
import { Body, Get, Param, ParseUUIDPipe, Post, Query } from '@nestjs/common';
import { refuse, type Refusal } from '../../core/errors/index.js';
import { Database } from '../../platform/database/database.js';
import { Requires } from '../../platform/http/metadata.js';
import { unwrap } from '../../platform/http/refusal-exception.js';
import { marked, quoted } from '../../modules/claim-batches/index.js';
import { ClaimQueries, type DeterminationOutcome } from '../../modules/claims/index.js';
import { BULK_KINDS, BulkActions, BulkFreezing, type NewBulkAction } from '../../modules/review/index.js';
import { cursorIn, formChoices, formText, formVersion } from '../shared/form-fields.form.js';
import { Pages, Visitor, type Visit } from '../shared/portal.page.js';
import { again, Download, SeeOther, View } from '../shared/view.page.js';
import { BulkPages, tickedIn } from './bulk-pages.service.js';
import { CaseReasons } from './case-reasons.service.js';
import { readAddress } from './queue-pages.service.js';

const OUTCOMES: readonly DeterminationOutcome[] = ['award', 'refuse', 'nil'];
const NO_KIND = refuse('portal.field_missing', {}, { pointer: '/kind' });
const csvLine = (cells: readonly string[]): string => `${cells.map((cell) => quoted(marked(cell), ',')).join(',')}\r\n`;

function csv(rows: AsyncIterable<readonly string[]> | Iterable<readonly string[]>, name: string): Download {
  async function* lines(): AsyncGenerator<string> {
    // A byte order mark tells spreadsheets that it is UTF-8.
    yield '\uFEFF';
    for await (const row of rows) yield csvLine(row);
  }
  return new Download(Readable.from(lines()), 'text/csv; charset=utf-8', `${name}.csv`);
}

/** One verdict, or one owner, for many claims: chosen, frozen, its sample opened, sent, and what became of each. */
@Pages('work-lists')
export class BulkPagesController {
  constructor(
    private readonly database: Database, private readonly freezing: BulkFreezing, private readonly actions: BulkActions, private readonly claims: ClaimQueries, private readonly pages: BulkPages,
    private readonly reasons: CaseReasons,
  ) {}

  @Get()
  @Requires('queue.read')
  async list(@Query() query: Record<string, unknown>): Promise<View> {
    return new View('staff/queues/lists.njk', await this.pages.overview(cursorIn(query).after));
  }

  @Get('new')
  @Requires('claim.take')
  async choose(@Visitor() visit: Visit, @Query() query: Record<string, unknown>): Promise<View> {
    return new View('staff/queues/new.njk', { ...await this.pages.choice(visit, query), typed: {} });
  }

  @Post()
  @Requires('claim.take')
  async freeze(@Visitor() visit: Visit, @Body() body: unknown): Promise<View | SeeOther> {
    const asked = await this.#asked(body);
    const frozen = asked === undefined ? NO_KIND : await this.freezing.freeze(visit.ctx, asked);
    return frozen.ok ? new SeeOther(`/${visit.language}/work-lists/${frozen.value.id}`) : this.#again(visit, body, frozen.refusal);
  }

  /** Which of the claims chosen would be left out, and why, before anything is frozen. */
  @Post('left-out')
  @Requires('claim.take')
  async leftOut(@Visitor() visit: Visit, @Body() body: unknown): Promise<View | Download> {
    const asked = await this.#asked(body);
    const leftOut = asked === undefined ? NO_KIND : await this.freezing.leftOut(visit.ctx, asked);
    return leftOut.ok ? csv(this.pages.leftOutRows(visit.language, leftOut.value), 'left-out') : this.#again(visit, body, leftOut.refusal);
  }

  @Get(':id')
  @Requires('queue.read')
  async sheet(@Visitor() visit: Visit, @Param('id', ParseUUIDPipe) id: string, @Query() query: Record<string, unknown>): Promise<View> {
    return new View('staff/queues/list.njk', await this.pages.sheet(visit, id, query));
  }

  @Get(':id/result')
  @Requires('queue.read')
  async result(@Visitor() { language }: Visit, @Param('id', ParseUUIDPipe) id: string): Promise<Download> {
    const action = unwrap(await this.actions.get(id));
    return csv(this.pages.rows(language, action), `list-${id}`);
  }

  @Post(':id/openings')
  @Requires('claim.take')
  async open(@Visitor() visit: Visit, @Param('id', ParseUUIDPipe) id: string, @Body() body: unknown): Promise<View | SeeOther> {
    const claimId = formText(body, 'claim', 36);
    const opened = await this.actions.open(visit.ctx, id, claimId);
    if (!opened.ok) return again('staff/queues/list.njk', await this.pages.sheet(visit, id, {}), opened.refusal, 409);
    const references = await this.claims.references(this.database.reader, [claimId]);
    return new SeeOther(`/${visit.language}/work/${references.get(claimId) ?? ''}`);
  }

  @Post(':id/submission')
  @Requires('claim.take')
  async send(@Visitor() visit: Visit, @Param('id', ParseUUIDPipe) id: string, @Body() body: unknown): Promise<View | SeeOther> {
    const sent = await this.actions.send(visit.ctx, id, formVersion(body), formText(body, 'digest', 64));
    return sent.ok ? new SeeOther(`/${visit.language}/work-lists/${id}`) : again('staff/queues/list.njk', await this.pages.sheet(visit, id, {}), sent.refusal, 409);
  }

  async #again(visit: Visit, body: unknown, refusal: Refusal): Promise<View> {
    return again('staff/queues/new.njk', { ...await this.pages.choice(visit, body), typed: body }, { ...refusal, causes: [refusal, ...refusal.causes ?? []] });
  }

  /** Undefined where nobody said what is to be done. */
  async #asked(body: unknown): Promise<NewBulkAction | undefined> {
    const kind = BULK_KINDS.find((one) => one === formText(body, 'kind', 20));
    if (kind === undefined) return undefined;
    const [outcome, note, to, of] = [OUTCOMES.find((one) => one === formText(body, 'outcome', 10)), formText(body, 'note', 2_000).trim(), formText(body, 'to', 36), formText(body, 'of', 36)];
    const { queue, filter } = readAddress(body, 'review');
    const chosen = of !== '' ? { of } : formText(body, 'scope', 10) === 'all' ? { chosen: { queue, filter } } : { claimIds: tickedIn(body) };
    return {
      kind, reasons: outcome === 'refuse' ? formChoices(body, 'reasons', await this.reasons.ofMany()) : [], ...chosen,
      ...(outcome === undefined ? {} : { outcome }), ...(note === '' ? {} : { note }), ...(to === '' ? {} : { to }),
    };
  }
}
