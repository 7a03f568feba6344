import { Body, Get, Param, ParseUUIDPipe, Post, Query } from '@nestjs/common';
import type { Result } from '../../core/errors/index.js';
import { isAllowed } from '../../platform/access/permissions.js';
import { Database } from '../../platform/database/database.js';
import { Requires } from '../../platform/http/metadata.js';
import { pageOf } from '../../platform/http/page.js';
import { RefusalException, unwrap } from '../../platform/http/refusal-exception.js';
import { CHANGE_STATES, ChangeCommands, ChangeProposals, ChangeQueries, SITE_VERDICTS, VERDICTS } from '../../modules/changes/index.js';
import { PolicyDrafting } from '../../modules/policies/index.js';
import { cursorIn, formText, formVersion } from '../shared/form-fields.form.js';
import { PageRenderer } from '../shared/page-renderer.service.js';
import { Pages, Visitor, type Visit } from '../shared/portal.page.js';
import { again, SeeOther, View } from '../shared/view.page.js';
import { asPageSays } from './change-refusals.rules.js';
import { ChangeSheets, type ChangeSheet } from './change-sheets.service.js';

const ON_A_PAGE = 50;
const DONE = ['rewritten', 'proposed', 'withdrawn', 'approved'];
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const MISSING = { code: 'http.not_found', params: {} } as const;

type Typed = Record<string, unknown>;

/** One of a closed list, or nothing asked for; anything else is an address that does not exist. */
function oneOf<T extends string>(known: readonly T[], asked: string): T | undefined {
  const found = known.find((one) => one === asked);
  if (asked !== '' && found === undefined) throw new RefusalException(MISSING);
  return found;
}

/** Changes of a rule from proposal to the last claim they reach. */
@Pages('changes')
export class ChangePagesController {
  constructor(
    private readonly database: Database,
    private readonly sheets: ChangeSheets,
    private readonly queries: ChangeQueries,
    private readonly proposals: ChangeProposals,
    private readonly commands: ChangeCommands,
    private readonly drafting: PolicyDrafting,
    private readonly renderer: PageRenderer,
  ) {}

  @Get()
  @Requires('change.read')
  async list(@Visitor() visit: Visit, @Query() query: Typed): Promise<View> {
    const state = oneOf(CHANGE_STATES, formText(query, 'state', 20));
    const policyKey = formText(query, 'policy', 80) || undefined;
    const { after: before } = cursorIn(query);
    const page = await this.sheets.page({ ...(state === undefined ? {} : { state }), ...(policyKey === undefined ? {} : { policyKey }), ...(before === undefined ? {} : { before }), limit: ON_A_PAGE });
    const tally = await this.queries.tally(this.database.reader);
    const counted = tally.filter((row) => policyKey === undefined || row.policyKey === policyKey);
    const count = (of?: string): number => counted.reduce((sum, row) => (of === undefined || row.state === of ? sum + row.count : sum), 0);
    return new View('changes/list.njk', {
      page, state, policyKey, paged: before !== undefined, policies: [...new Set(tally.flatMap((row) => row.policyKey ?? []))],
      tabs: [{ name: undefined, count: count() }, ...CHANGE_STATES.map((name) => ({ name, count: count(name) }))],
      mayPropose: isAllowed(visit.ctx.actor, 'change.propose') && isAllowed(visit.ctx.actor, 'policy.edit'), mayAmend: isAllowed(visit.ctx.actor, 'outage.amend'),
    });
  }

  @Get('new')
  @Requires('change.propose')
  async proposing(@Query() query: Typed): Promise<View> {
    return new View('changes/new.njk', { ...await this.#drafts(query, formText(query, 'draft', 100)), scheme: formText(query, 'scheme', 40) });
  }

  @Post()
  @Requires('change.propose')
  async propose(@Visitor() visit: Visit, @Body() body: unknown): Promise<View | SeeOther> {
    const [draft, scheme] = [formText(body, 'draft', 100), formText(body, 'scheme', 40)];
    const field = formText(body, 'kind', 20) === 'pre_computation' ? 'scheme' : 'draft';
    const proposed = await this.#proposed(visit, field === 'scheme' ? { scheme } : { draft });
    if (proposed.ok) return new SeeOther(`/${visit.language}/changes/${proposed.value.id}?done=proposed`);
    return again('changes/new.njk', { ...await this.#drafts({}, draft), scheme }, { ...proposed.refusal, pointer: `/${field}` });
  }

  async #proposed({ ctx }: Visit, { draft = '', scheme = '' }: { draft?: string; scheme?: string }): Promise<Result<{ id: string }>> {
    if (draft === '' && scheme === '') return { ok: false, refusal: { code: 'portal.field_missing', params: {} } };
    if (scheme !== '') return UUID.test(scheme) ? this.proposals.propose(ctx, { kind: 'pre_computation', schemeId: scheme }) : { ok: false, refusal: { code: 'portal.field_missing', params: {} } };
    const [key = '', number = ''] = draft.split('/');
    return this.proposals.propose(ctx, { kind: 'policy_version', policy: { key, number: /^\d{1,9}$/.test(number) ? Number.parseInt(number, 10) : 0 } });
  }

  @Get(':id')
  @Requires('change.read')
  async change(@Visitor() visit: Visit, @Param('id', ParseUUIDPipe) id: string, @Query() query: Typed): Promise<View> {
    const done = formText(query, 'done', 20);
    return new View('changes/change.njk', { ...(await this.#page(visit, id)), done: DONE.includes(done) ? done : undefined });
  }

  @Post(':id/runs')
  @Requires('change.propose')
  async startRun(@Visitor() visit: Visit, @Param('id', ParseUUIDPipe) id: string): Promise<View | SeeOther> {
    const run = await this.commands.startRun(visit.ctx, id);
    return run.ok ? new SeeOther(`/${visit.language}/changes/${id}/runs/${run.value.n}`) : this.#refused(visit, id, run);
  }

  @Post(':id/withdrawal')
  @Requires('change.propose')
  async withdraw(@Visitor() visit: Visit, @Param('id', ParseUUIDPipe) id: string, @Body() body: unknown): Promise<View | SeeOther> {
    const withdrawn = await this.commands.withdraw(visit.ctx, id, formVersion(body));
    return withdrawn.ok ? new SeeOther(`/${visit.language}/changes/${id}?done=withdrawn`) : this.#refused(visit, id, withdrawn);
  }

  @Get(':id/applied')
  @Requires('change.read')
  async applied(@Visitor() visit: Visit, @Param('id', ParseUUIDPipe) id: string, @Query() query: Typed): Promise<View> {
    const sheet = unwrap(await this.sheets.of(visit, id));
    if (sheet.change.approval === undefined) throw new RefusalException(MISSING);
    const cursor = cursorIn(query);
    if (sheet.scheme !== undefined) return this.#opened(sheet, formText(query, 'verdict', 20), cursor);
    const verdict = oneOf(VERDICTS, formText(query, 'verdict', 20));
    const page = unwrap(await this.sheets.applied(id, { ...(verdict === undefined ? {} : { verdict }), ...cursor, limit: ON_A_PAGE }));
    const counts = sheet.change.application?.verdicts ?? {};
    return new View('changes/applied.njk', {
      ...sheet, page, verdict, paged: cursor.after !== undefined,
      tabs: [{ name: undefined, count: sheet.change.application?.done ?? 0 }, ...VERDICTS.map((name) => ({ name, count: counts[name] ?? 0 }))],
    });
  }

  async #opened(sheet: ChangeSheet, asked: string, cursor: { after?: string }): Promise<View> {
    const verdict = oneOf(SITE_VERDICTS, asked);
    const page = unwrap(await this.sheets.opened(sheet.change.id, { ...(verdict === undefined ? {} : { verdict }), ...cursor, limit: ON_A_PAGE }));
    const counts = sheet.change.application?.verdicts ?? {};
    return new View('changes/opened.njk', {
      ...sheet, page, verdict, paged: cursor.after !== undefined,
      tabs: [{ name: undefined, count: sheet.change.application?.done ?? 0 }, ...SITE_VERDICTS.map((name) => ({ name, count: counts[name] ?? 0 }))],
    });
  }

  /** The change with its last run, which says whether it can be approved. */
  async #page(visit: Visit, id: string): Promise<object> {
    const sheet = unwrap(await this.sheets.of(visit, id));
    const [last] = sheet.change.runs;
    const approved = sheet.change.runs.find(({ digest }) => digest !== undefined && digest === sheet.change.approval?.digest);
    return { ...sheet, approved, last: last === undefined ? undefined : unwrap(await this.sheets.run(visit, sheet, last.n)) };
  }

  async #refused(visit: Visit, id: string, { refusal }: Extract<Result<unknown>, { ok: false }>): Promise<View> {
    return again('changes/change.njk', await this.#page(visit, id), asPageSays(refusal, this.renderer.formats(visit.language)), 409);
  }

  /** Drafts in review; those that a change has taken on already are named, and cannot be chosen. */
  async #drafts(query: Typed, chosen: string): Promise<object> {
    const { reader } = this.database;
    const { after: before } = cursorIn(query);
    const editions = await this.drafting.list(reader, { states: ['in_review'], ...(before === undefined ? {} : { before }), limit: ON_A_PAGE + 1 });
    const page = pageOf(editions, ON_A_PAGE, ({ id }) => [id]);
    const taken = await this.queries.ofEditions(reader, page.items.map(({ id }) => id));
    return { schemes: await this.sheets.openSchemes(), page, chosen, taken, free: page.items.filter(({ id }) => !taken.has(id)), proposed: page.items.filter(({ id }) => taken.has(id)) };
  }
}
