import { Body, Get, Param, ParseUUIDPipe, Post, Query } from '@nestjs/common';
import type { Result } from '../../core/errors/index.js';
import { Requires } from '../../platform/http/metadata.js';
import { unwrap } from '../../platform/http/refusal-exception.js';
import { RecoveryCasework, RecoveryQueries } from '../../modules/recoveries/index.js';
import { cursorIn, formText, formVersion } from '../shared/form-fields.form.js';
import { Pages, Visitor, type Visit } from '../shared/portal.page.js';
import { again, SeeOther, View } from '../shared/view.page.js';

const ON_A_PAGE = 50;
const DONE = ['matched', 'recommended', 'returned', 'granted', 'refused'];
const UUID = /^[0-9a-f-]{36}$/;

/** The desk of requests to get in again: who waits, and one with what is known beside what is asked. */
@Pages('recoveries')
export class RecoveryDeskController {
  constructor(private readonly queries: RecoveryQueries, private readonly casework: RecoveryCasework) {}

  @Get()
  @Requires('recovery.read')
  async list(@Visitor() { ctx }: Visit, @Query() query: Record<string, unknown>): Promise<View> {
    const settled = formText(query, 'show', 10) === 'settled';
    const cursor = cursorIn(query);
    return new View('recovery/list.njk', { settled, page: await this.queries.page(ctx, { settled, limit: ON_A_PAGE, ...cursor }) });
  }

  @Get(':id')
  @Requires('recovery.read')
  async request(@Visitor() visit: Visit, @Param('id', ParseUUIDPipe) id: string, @Query() query: Record<string, unknown>): Promise<View> {
    const done = formText(query, 'done', 20);
    return new View('recovery/request.njk', { ...(await this.#sheet(visit, id)), done: DONE.includes(done) ? done : undefined });
  }

  @Post(':id/match')
  @Requires('recovery.recommend')
  async match(@Visitor() visit: Visit, @Param('id', ParseUUIDPipe) id: string, @Body() body: unknown): Promise<View | SeeOther> {
    return this.#after(visit, id, body, 'matched', await this.casework.match(visit.ctx, id, formVersion(body), formText(body, 'business', 80)));
  }

  @Post(':id/recommendation')
  @Requires('recovery.recommend')
  async recommend(@Visitor() visit: Visit, @Param('id', ParseUUIDPipe) id: string, @Body() body: unknown): Promise<View | SeeOther> {
    const person = formText(body, 'personId', 36);
    const said = { reason: formText(body, 'reason', 4_000), ...(UUID.test(person) ? { personId: person } : {}) };
    return this.#after(visit, id, body, 'recommended', await this.casework.recommend(visit.ctx, id, formVersion(body), said));
  }

  @Post(':id/return')
  @Requires('recovery.decide')
  async sendBack(@Visitor() visit: Visit, @Param('id', ParseUUIDPipe) id: string, @Body() body: unknown): Promise<View | SeeOther> {
    return this.#after(visit, id, body, 'returned', await this.casework.sendBack(visit.ctx, id, formVersion(body), formText(body, 'reason', 2_000)));
  }

  @Post(':id/grant')
  @Requires('recovery.decide')
  async grant(@Visitor() visit: Visit, @Param('id', ParseUUIDPipe) id: string, @Body() body: unknown): Promise<View | SeeOther> {
    return this.#after(visit, id, body, 'granted', await this.casework.grant(visit.ctx, id, formVersion(body)));
  }

  @Post(':id/refusal')
  @Requires('recovery.read')
  async refuse(@Visitor() visit: Visit, @Param('id', ParseUUIDPipe) id: string, @Body() body: unknown): Promise<View | SeeOther> {
    return this.#after(visit, id, body, 'refused', await this.casework.refuse(visit.ctx, id, formVersion(body), formText(body, 'reason', 2_000)));
  }

  async #sheet({ ctx }: Visit, id: string) {
    const request = unwrap(await this.queries.get(ctx, id));
    return { request, may: Object.fromEntries(request.allowedEvents.map((event) => [event, true])) };
  }

  async #after(visit: Visit, id: string, body: unknown, done: string, outcome: Result<unknown>): Promise<View | SeeOther> {
    if (outcome.ok) return new SeeOther(`/${visit.language}/recoveries/${id}?done=${done}`);
    // Which of the page's forms it was: several have a field of the same name.
    const form = formText(body, 'form', 20);
    const typed = { form, reason: formText(body, 'reason', 4_000), personId: formText(body, 'personId', 36), business: formText(body, 'business', 80) };
    const pointer = outcome.refusal.pointer === undefined ? {} : { pointer: `${outcome.refusal.pointer}-${form}` };
    return again('recovery/request.njk', { ...(await this.#sheet(visit, id)), typed }, { ...outcome.refusal, ...pointer }, outcome.refusal.pointer === undefined ? 409 : 422);
  }
}
