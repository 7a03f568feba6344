import { Readable } from 'node:stream';
import { Body, Get, Param, ParseUUIDPipe, Post, Query, Req } from '@nestjs/common';
import type { Refusal } from '../../core/errors/index.js';
import type { Language } from '../../core/policy/index.js';
import { Requires, TakesFile, type MakegoodRequest } from '../../platform/http/metadata.js';
import { unwrap } from '../../platform/http/refusal-exception.js';
import { isUpload, uploadOf } from '../../platform/http/upload.js';
import { BatchCommits, BatchQueries, BatchUploads, COLUMNS, MOST_BYTES, MOST_ROWS, MOST_STRICT_ROWS, readBatchOptions, type ItemState, type RowFault } from '../../modules/claim-batches/index.js';
import { cursorIn, formText, formVersion } from '../shared/form-fields.form.js';
import { PageRenderer } from '../shared/page-renderer.service.js';
import { Pages, Visitor, type Visit } from '../shared/portal.page.js';
import { again, Download, SeeOther, View } from '../shared/view.page.js';

const ON_A_PAGE = 25;
const ROWS_ON_A_PAGE = 100;
/** What the page of a batch shows row by row; the file has all of them. */
const SHOWN: Readonly<Record<string, readonly ItemState[]>> = { errors: ['faulty', 'failed', 'left'], filed: ['filed', 'already'], all: ['waiting', 'good', 'faulty', 'already', 'filed', 'failed', 'left'] };
const LIMITS = { rows: MOST_ROWS, strictRows: MOST_STRICT_ROWS, megabytes: MOST_BYTES / 1_048_576 };

/** An agent's files of claims: sent, checked, filed, and got back with what became of every row. */
@Pages('batches')
export class BatchPagesController {
  constructor(
    private readonly uploads: BatchUploads, private readonly commits: BatchCommits, private readonly batches: BatchQueries, private readonly renderer: PageRenderer,
  ) {}

  @Get()
  @Requires('agency.work', 'agent')
  async list(@Visitor() visit: Visit, @Query() query: Record<string, unknown>): Promise<View> {
    return new View('agents/batches.njk', await this.#list(visit, query));
  }

  @Post()
  @Requires('agency.work', 'agent')
  @TakesFile()
  async send(@Visitor() visit: Visit, @Req() request: MakegoodRequest): Promise<View | SeeOther> {
    const upload = isUpload(request) ? await uploadOf(request) : undefined;
    const typed = { mode: formText(upload?.fields, 'mode', 10), ceilingPercent: formText(upload?.fields, 'ceilingPercent', 5).trim() };
    const options = readBatchOptions(typed);
    if (upload === undefined || upload.fileName === undefined || upload.fileName === '') return this.#refused(visit, typed, { code: 'batches.file_missing', params: {}, pointer: '/file' });
    if (!options.ok) return this.#refused(visit, typed, options.refusal);
    const sent = await this.uploads.upload(visit.ctx, upload, options.value);
    return sent.ok ? new SeeOther(`/${visit.language}/batches/${sent.value.id}`) : this.#refused(visit, typed, sent.refusal);
  }

  @Get(':id')
  @Requires('agency.work', 'agent')
  async batch(@Visitor() visit: Visit, @Param('id', ParseUUIDPipe) id: string, @Query() query: Record<string, unknown>): Promise<View> {
    return new View('agents/batch.njk', await this.#sheet(visit, id, query));
  }

  @Get(':id/result')
  @Requires('agency.work', 'agent')
  async result(@Visitor() { ctx, language }: Visit, @Param('id', ParseUUIDPipe) id: string): Promise<Download> {
    const { name, type, text } = unwrap(await this.batches.resultFile(ctx, id, (fault) => this.#said(language, fault).text));
    return new Download(Readable.from(text), type, name);
  }

  @Post(':id/filing')
  @Requires('agency.work', 'agent')
  async commit(@Visitor() visit: Visit, @Param('id', ParseUUIDPipe) id: string, @Body() body: unknown): Promise<View | SeeOther> {
    const committed = await this.commits.commit(visit.ctx, id, formVersion(body));
    if (committed.ok) return new SeeOther(`/${visit.language}/batches/${id}`);
    return again('agents/batch.njk', await this.#sheet(visit, id, {}), committed.refusal, 409);
  }

  async #list({ ctx }: Visit, query: unknown): Promise<object> {
    const { after } = cursorIn(query);
    const page = unwrap(await this.batches.page(ctx, { limit: ON_A_PAGE, ...(after === undefined ? {} : { before: after }) }));
    return { page, paged: after !== undefined, columns: COLUMNS, limits: LIMITS, typed: { mode: 'lenient', ceilingPercent: '20' } };
  }

  async #refused(visit: Visit, typed: object, refusal: Refusal): Promise<View> {
    return again('agents/batches.njk', { ...(await this.#list(visit, {})), typed }, { ...refusal, ...(refusal.pointer === undefined ? { pointer: '/file' } : {}) });
  }

  async #sheet({ ctx, language }: Visit, id: string, query: unknown): Promise<object> {
    const batch = unwrap(await this.batches.get(ctx, id));
    const asked = formText(query, 'show', 10);
    const show = asked in SHOWN ? asked : batch.rows.faulty + batch.rows.failed > 0 ? 'errors' : 'all';
    const after = Number.parseInt(/^\d{1,9}$/.exec(formText(query, 'after', 9))?.[0] ?? '0', 10);
    const { items } = unwrap(await this.batches.itemRows(ctx, id, { states: SHOWN[show] ?? [], after, limit: ROWS_ON_A_PAGE }));
    const rows = items.map((item) => ({ ...item, errors: item.faults.map((fault) => ({ column: fault.column, ...this.#said(language, fault) })) }));
    return { batch, show, shows: Object.keys(SHOWN), rows, next: items.length === ROWS_ON_A_PAGE ? items.at(-1)?.n : undefined, paged: after > 0, works: batch.state === 'checking' || batch.state === 'filing' };
  }

  /** A fault in the reader's language; what a column holds is said in it too. */
  #said(language: Language, { code, column, params }: RowFault): ReturnType<PageRenderer['say']> {
    const t = this.renderer.words(language);
    const known = COLUMNS.some(({ name }) => name === column);
    return this.renderer.say(language, { code, params: { ...params, ...(known && params['expected'] !== undefined ? { expected: t(`agency.columns.${column}`) } : {}) } });
  }
}
