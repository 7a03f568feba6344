import { Body, Get, Param, ParseUUIDPipe, Post, Query, Req } from '@nestjs/common';
import type { Refusal } from '../../core/errors/index.js';
import { isAllowed } from '../../platform/access/permissions.js';
import { Requires, TakesFile, type MakegoodRequest } from '../../platform/http/metadata.js';
import { unwrap } from '../../platform/http/refusal-exception.js';
import { isUpload, uploadOf } from '../../platform/http/upload.js';
import { CSV_COLUMNS, CSV_TEMPLATE, EXPERIMENTAL, FEED_KINDS, FeedSending, ImportQueries, OutageSources } from '../../modules/outages/index.js';
import { cursorIn, formText, formVersion } from '../shared/form-fields.form.js';
import { PageRenderer } from '../shared/page-renderer.service.js';
import { Pages, Visitor, type Visit } from '../shared/portal.page.js';
import { again, Download, SeeOther, View } from '../shared/view.page.js';
import { EMPTY_SOURCE, sourceFrom, sourceTyped, typedSource, type TypedSource } from './source.form.js';

const ON_A_PAGE = 50;
const DONE = ['added', 'changed', 'switched', 'uploaded', 'known'];

/** Where downtime is heard of: the list, one source with its gaps and failures, and what is set of it. */
@Pages('outage-sources')
export class SourcePagesController {
  constructor(
    private readonly sources: OutageSources, private readonly sending: FeedSending, private readonly queries: ImportQueries, private readonly renderer: PageRenderer,
  ) {}

  @Get()
  @Requires('outage.read_drafts')
  async list(@Visitor() { ctx }: Visit, @Query() query: Record<string, unknown>): Promise<View> {
    const { after } = cursorIn(query);
    const page = await this.queries.sourcePage({ limit: ON_A_PAGE, ...(after === undefined ? {} : { before: after }) });
    return new View('outages/sources.njk', { page, paged: after !== undefined, mayEdit: isAllowed(ctx.actor, 'outage.edit') });
  }

  @Get('new')
  @Requires('outage.edit')
  begin(): View {
    return new View('outages/source-form.njk', this.#form(EMPTY_SOURCE));
  }

  @Get('template')
  @Requires('outage.read_drafts')
  template(): Download {
    return new Download(Buffer.from(CSV_TEMPLATE), 'text/csv; charset=utf-8', 'outages.csv');
  }

  @Post()
  @Requires('outage.edit')
  async add(@Visitor() visit: Visit, @Body() body: unknown): Promise<View | SeeOther> {
    const typed = typedSource(body);
    const { source, faults } = sourceFrom(typed);
    if (source === undefined) return new View('outages/source-form.njk', this.#form(typed), faults, 422);
    const added = await this.sources.add(visit.ctx, source);
    if (!added.ok) return again('outages/source-form.njk', this.#form(typed), onForm(added.refusal));
    const { source: { id }, token } = added.value;
    // The token stands on this one answer and nowhere else, so it is no redirect.
    if (token !== undefined) return new View('outages/token.njk', { source: unwrap(await this.queries.source(id)), token, receiver: `/v1/outage-sources/${id}/alerts` });
    return new SeeOther(`/${visit.language}/outage-sources/${id}?done=added`);
  }

  @Get(':id')
  @Requires('outage.read_drafts')
  async source(@Visitor() visit: Visit, @Param('id', ParseUUIDPipe) id: string, @Query() query: Record<string, unknown>): Promise<View> {
    const done = formText(query, 'done', 20);
    return new View('outages/source.njk', { ...(await this.#sheet(visit, id)), done: DONE.includes(done) ? done : undefined });
  }

  @Get(':id/edit')
  @Requires('outage.edit')
  async edit(@Param('id', ParseUUIDPipe) id: string): Promise<View> {
    const source = unwrap(await this.queries.source(id));
    return new View('outages/source-form.njk', this.#form(sourceTyped(source), { id, version: source.version }));
  }

  @Post(':id/edit')
  @Requires('outage.edit')
  async change(@Visitor() visit: Visit, @Param('id', ParseUUIDPipe) id: string, @Body() body: unknown): Promise<View | SeeOther> {
    const { kind } = unwrap(await this.queries.source(id));
    const typed = { ...typedSource(body), kind };
    const form = this.#form(typed, { id, version: formVersion(body) });
    const { source, faults } = sourceFrom(typed);
    if (source === undefined) return new View('outages/source-form.njk', form, faults, 422);
    const changed = await this.sources.change(visit.ctx, id, formVersion(body), source);
    return changed.ok ? new SeeOther(`/${visit.language}/outage-sources/${id}?done=changed`) : again('outages/source-form.njk', form, onForm(changed.refusal));
  }

  @Post(':id/switch')
  @Requires('outage.edit')
  async switch(@Visitor() visit: Visit, @Param('id', ParseUUIDPipe) id: string, @Body() body: unknown): Promise<View | SeeOther> {
    const switched = await this.sources.switch(visit.ctx, id, formVersion(body), formText(body, 'to', 3) === 'on');
    return switched.ok ? new SeeOther(`/${visit.language}/outage-sources/${id}?done=switched`) : again('outages/source.njk', await this.#sheet(visit, id), switched.refusal, 409);
  }

  @Post(':id/upload')
  @Requires('outage.edit')
  @TakesFile()
  async upload(@Visitor() visit: Visit, @Param('id', ParseUUIDPipe) id: string, @Req() request: MakegoodRequest): Promise<View | SeeOther> {
    const upload = isUpload(request) ? await uploadOf(request) : undefined;
    const sent = upload?.fileName === undefined || upload.fileName === ''
      ? { ok: false as const, refusal: { code: 'imports.file_missing', params: {} } }
      : await this.sending.upload(visit.ctx, id, upload.stream);
    if (sent.ok) return new SeeOther(`/${visit.language}/outage-sources/${id}?done=${sent.value.isKnown ? 'known' : 'uploaded'}`);
    const faults = (sent.refusal.causes ?? [sent.refusal]).map((fault) => ({ ...fault, pointer: '/file' }));
    return new View('outages/source.njk', await this.#sheet(visit, id), faults, 422);
  }

  @Get(':id/files/:sha256')
  @Requires('outage.read_drafts')
  async payload(@Param('id', ParseUUIDPipe) id: string, @Param('sha256') sha256: string): Promise<Download> {
    return new Download(unwrap(await this.queries.payload(id, sha256)), 'application/octet-stream', `${sha256.slice(0, 16)}.bin`);
  }

  #form(typed: TypedSource, of?: { id: string; version: number }): object {
    return { typed, of, kinds: FEED_KINDS.map((kind) => ({ kind, isExperimental: EXPERIMENTAL.has(kind) })) };
  }

  async #sheet({ ctx, language }: Visit, id: string): Promise<object> {
    const source = unwrap(await this.queries.source(id));
    const proposals = await this.queries.proposalPage({ sourceId: id, limit: 10 });
    const say = (refusal: Refusal) => this.renderer.say(language, refusal);
    return {
      source, proposals: proposals.items, mayEdit: isAllowed(ctx.actor, 'outage.edit'), failure: source.failure === undefined ? undefined : say(source.failure), notes: source.notes.map(say),
      columns: CSV_COLUMNS,
    };
  }
}

/** A fault of a service's words at the field of the form. */
function onForm(refusal: Refusal): Refusal {
  const place = ({ pointer = '' }: Refusal): string => (pointer.startsWith('/mapping') ? '/mapping' : pointer.replace('/levels', ''));
  if (refusal.code === 'imports.name_taken') return { ...refusal, pointer: '/name' };
  return refusal.causes === undefined ? refusal : { ...refusal, causes: refusal.causes.map((cause) => ({ ...cause, pointer: place(cause) })) };
}
