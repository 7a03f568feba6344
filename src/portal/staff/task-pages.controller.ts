import { Body, Get, Param, ParseUUIDPipe, Post, Query } from '@nestjs/common';
import { isAllowed } from '../../platform/access/permissions.js';
import { Database } from '../../platform/database/database.js';
import { Requires } from '../../platform/http/metadata.js';
import { pageOf } from '../../platform/http/page.js';
import { RefusalException, unwrap } from '../../platform/http/refusal-exception.js';
import { ClaimQueries } from '../../modules/claims/index.js';
import { People } from '../../modules/identity/index.js';
import { SETTLED_BY, TASK_STATES, TaskBook, type TaskState, type TaskView } from '../../modules/tasks/index.js';
import { ReasonWords } from '../changes/reason-words.service.js';
import { cursorIn, formText, formVersion } from '../shared/form-fields.form.js';
import { Pages, Visitor, type Visit } from '../shared/portal.page.js';
import { again, SeeOther, View } from '../shared/view.page.js';

const ON_A_PAGE = 50;

/** What somebody has to look at: a list, and each with its figures and what became of it. */
@Pages('tasks')
export class TaskPagesController {
  constructor(
    private readonly database: Database, private readonly tasks: TaskBook, private readonly claims: ClaimQueries, private readonly people: People, private readonly reasons: ReasonWords,
  ) {}

  @Get()
  @Requires('task.read')
  async list(@Visitor() { ctx }: Visit, @Query() query: Record<string, unknown>): Promise<View> {
    const { reader } = this.database;
    const asked = formText(query, 'state', 10) || 'open';
    const state = TASK_STATES.find((one): one is TaskState => one === asked);
    if (state === undefined) throw new RefusalException({ code: 'http.not_found', params: {} });
    const cursor = cursorIn(query);
    const page = pageOf(await this.tasks.page(reader, { state, ...cursor, limit: ON_A_PAGE + 1 }), ON_A_PAGE, ({ id }) => [id]);
    const [references, counts] = [await this.claims.references(reader, page.items.map(({ subjectId }) => subjectId)), await this.tasks.counts(reader)];
    return new View('staff/tasks.njk', { page, state, references, seesHolds: isAllowed(ctx.actor, 'hold.place'), paged: cursor.after !== undefined, tabs: TASK_STATES.map((name) => ({ name, count: counts.get(name) ?? 0 })) });
  }

  @Get(':id')
  @Requires('task.read')
  async task(@Visitor() visit: Visit, @Param('id', ParseUUIDPipe) id: string, @Query() query: Record<string, unknown>): Promise<View> {
    return new View('staff/task.njk', { ...await this.#sheet(visit, id), note: '', done: formText(query, 'done', 10) === 'settled' });
  }

  @Post(':id/settlement')
  @Requires('task.settle')
  async settle(@Visitor() visit: Visit, @Param('id', ParseUUIDPipe) id: string, @Body() body: unknown): Promise<View | SeeOther> {
    const note = formText(body, 'note', 2_000).trim();
    const settled = note === '' ? { ok: false, refusal: { code: 'portal.field_missing', params: {}, pointer: '/note' } } as const : await this.tasks.settle(visit.ctx, id, formVersion(body), note);
    return settled.ok ? new SeeOther(`/${visit.language}/tasks/${id}?done=settled`) : again('staff/task.njk', { ...await this.#sheet(visit, id), note }, settled.refusal, note === '' ? 422 : 409);
  }

  async #sheet({ ctx, language }: Visit, id: string): Promise<object> {
    const { reader } = this.database;
    const task: TaskView = unwrap(await this.tasks.get(reader, id));
    const [references, names] = [await this.claims.references(reader, [task.subjectId]), await this.people.names(task.done === undefined ? [] : [task.done.by])];
    return { task, reference: references.get(task.subjectId), names, reasonText: await this.reasons.inWords(language), maySettle: task.state === 'open' && isAllowed(ctx.actor, 'task.settle') && isAllowed(ctx.actor, SETTLED_BY[task.kind]) };
  }
}
