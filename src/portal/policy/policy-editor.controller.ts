import { Body, Get, Param, Post, Query } from '@nestjs/common';
import type { Refusal } from '../../core/errors/index.js';
import { Database } from '../../platform/database/database.js';
import { Requires } from '../../platform/http/metadata.js';
import { unwrap } from '../../platform/http/refusal-exception.js';
import { PolicyDrafting, PolicyQueries, type EditionView } from '../../modules/policies/index.js';
import { formText, formVersion } from '../shared/form-fields.form.js';
import { Pages, Visitor, type Visit } from '../shared/portal.page.js';
import { again, SeeOther, View } from '../shared/view.page.js';
import { lineDifference } from './line-difference.rules.js';
import { draftIn, faultRefusal, typedDraft, withLines, type TypedDraft } from './policy-draft.form.js';
import { sourceLines, type SourceLine } from './source-lines.rules.js';
import { PolicySheets } from './policy-sheet.service.js';

const DONE = ['created', 'saved'];
const MOST_TEMPLATES = 200;

const textOf = (source: string, key: string): string => source.replace(/^policy:.*$/m, () => `policy: ${key}`);

/** Writing a policy: one form with the whole text, checked by the same checker that publishes. */
@Pages('policies')
export class PolicyEditorController {
  constructor(
    private readonly database: Database,
    private readonly drafting: PolicyDrafting,
    private readonly queries: PolicyQueries,
    private readonly sheets: PolicySheets,
  ) {}

  /** First which text to begin with and under which key; with both, the editor. */
  @Get('drafts/new')
  @Requires('policy.edit')
  async begin(@Query() query: Record<string, unknown>): Promise<View> {
    const [from, key] = [formText(query, 'from', 100), formText(query, 'key', 100).trim()];
    const [basis = '', number = ''] = from.split('/');
    if (from === '') return this.#choose({ key, from });
    const found = await this.sheets.numbered(basis, number);
    if (!found.ok) return this.#choose({ key, from }, { code: 'portal.field_missing', params: {}, pointer: '/from' });
    const kept = key === '' ? basis : key;
    return this.#editor({ key: kept, source: textOf(found.value.source, kept), effectiveFrom: '', decidedFrom: '', reach: 'undecided' }, { basis: found.value });
  }

  @Post('drafts/new')
  @Requires('policy.edit')
  async create(@Visitor() visit: Visit, @Body() body: unknown): Promise<View | SeeOther> {
    const typed = typedDraft(body);
    if (formText(body, 'action', 10) === 'check') return this.#checked(typed);
    const draft = draftIn(typed);
    if (!draft.ok) return this.#refused(typed, draft.refusal);
    const created = await this.drafting.create(visit.ctx, typed.key, draft.value);
    if (!created.ok) return this.#refused(typed, created.refusal.code === 'policies.key_malformed' ? { ...created.refusal, pointer: '/key' } : created.refusal);
    return new SeeOther(`${addressOf(visit, created.value)}/edit?done=created`);
  }

  /** What the checker says of a text, as a piece of a page: for the script that asks while somebody types. Stores nothing. */
  @Post('drafts/check')
  @Requires('policy.edit')
  async check(@Body() body: unknown): Promise<View> {
    return new View('policy/checked.njk', { checked: (await this.#check(typedDraft(body))).checked });
  }

  @Get(':key/versions/:number/edit')
  @Requires('policy.edit')
  async edit(@Param('key') key: string, @Param('number') number: string, @Query() query: Record<string, unknown>): Promise<View> {
    const { edition, source } = unwrap(await this.drafting.open(this.database.reader, key, number));
    const done = formText(query, 'done', 20);
    return this.#editor(typedFrom(edition, source), { edition, done: DONE.includes(done) ? done : undefined });
  }

  @Post(':key/versions/:number/edit')
  @Requires('policy.edit')
  async save(@Visitor() visit: Visit, @Param('key') key: string, @Param('number') number: string, @Body() body: unknown): Promise<View | SeeOther> {
    const { edition, source } = unwrap(await this.drafting.open(this.database.reader, key, number));
    const typed = { ...typedDraft(body), key };
    const seen = formVersion(body);
    if (formText(body, 'action', 10) === 'check') return this.#checked(typed, { edition, seen });
    const draft = draftIn(typed);
    if (!draft.ok) return this.#refused(typed, draft.refusal, { edition, seen });
    const saved = await this.drafting.edit(visit.ctx, key, number, seen, draft.value);
    if (saved.ok) return new SeeOther(`${addressOf(visit, edition)}/edit?done=saved`);
    // Somebody else saved meanwhile: both texts are shown, and the next saving is told to replace the one that is shown here.
    const theirs = saved.refusal.code === 'http.stale' ? { source, difference: lineDifference(source, typed.source), identical: source === typed.source } : undefined;
    return this.#refused(typed, saved.refusal, { edition, theirs });
  }

  async #choose(asked: { key: string; from: string }, refusal?: Refusal): Promise<View> {
    const templates = await this.queries.listed(this.database.reader, { limit: MOST_TEMPLATES });
    const data = { ...asked, templates };
    return refusal === undefined ? new View('policy/begin.njk', data) : again('policy/begin.njk', data, refusal);
  }

  async #check({ key, source }: TypedDraft): Promise<{ refusals: readonly Refusal[]; checked: object; lines: readonly SourceLine[] }> {
    const { policy, faults } = unwrap(await this.drafting.check(this.database.reader, source));
    const written = policy?.document.policy;
    const differs: Refusal[] = written === undefined || written === key ? [] : [{ code: 'policies.key_differs', params: { key, written }, pointer: '/source' }];
    return { refusals: [...faults.map(faultRefusal), ...differs], lines: sourceLines(source, faults), checked: { faults, differs: differs.length > 0, written, key, exampleCount: policy?.document.examples.length ?? 0 } };
  }

  async #editor(typed: TypedDraft, more: object): Promise<View> {
    return new View('policy/editor.njk', { typed, ...(await this.#check(typed)), ...more });
  }

  /** Checked without saving: with faults the page says so in its summary, each with the way to its line. */
  async #checked(typed: TypedDraft, more: object = {}): Promise<View> {
    const { refusals, ...found } = await this.#check(typed);
    return new View('policy/editor.njk', { typed, ...found, asked: true, ...more }, refusals, refusals.length > 0 ? 422 : 200);
  }

  async #refused(typed: TypedDraft, refusal: Refusal, more: object = {}): Promise<View> {
    return again('policy/editor.njk', { typed, ...(await this.#check(typed)), ...more }, withLines(refusal), refusal.pointer === undefined ? 409 : 422);
  }
}

const addressOf = ({ language }: Visit, { key, number }: Pick<EditionView, 'key' | 'number'>): string => `/${language}/policies/${key}/versions/${number}`;

const typedFrom = ({ key, effectiveFrom = '', decidedFrom = '', reach }: EditionView, source: string): TypedDraft => ({ key, source, effectiveFrom, decidedFrom, reach });
