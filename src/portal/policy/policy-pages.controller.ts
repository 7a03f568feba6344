import { Body, Get, Param, Post, Query } from '@nestjs/common';
import type { Refusal, Result } from '../../core/errors/index.js';
import { Requires } from '../../platform/http/metadata.js';
import { decodeCursor, decodeIdCursor } from '../../platform/http/page.js';
import { unwrap } from '../../platform/http/refusal-exception.js';
import { PolicyDrafting } from '../../modules/policies/index.js';
import { formText, formVersion } from '../shared/form-fields.form.js';
import { Pages, Visitor, type Visit } from '../shared/portal.page.js';
import { again, SeeOther, View } from '../shared/view.page.js';
import { lineDifference } from './line-difference.rules.js';
import { isEmpty, PARTS, policyDifference } from './policy-difference.rules.js';
import { withLines } from './policy-draft.form.js';
import { PolicyLists } from './policy-lists.service.js';
import { PolicySheets } from './policy-sheet.service.js';

const DONE = ['submitted', 'returned', 'withdrawn'];

/** Policies as staff see them: what is published, what is on its way, and what one version says that another does not. */
@Pages('policies')
export class PolicyPagesController {
  constructor(private readonly lists: PolicyLists, private readonly sheets: PolicySheets, private readonly drafting: PolicyDrafting) {}

  @Get()
  @Requires('policy.read_drafts')
  async list(@Visitor() visit: Visit, @Query() query: Record<string, unknown>): Promise<View> {
    const after = unwrap(decodeCursor(formText(query, 'cursor', 400) || undefined, 1))?.[0];
    const before = unwrap(decodeIdCursor(formText(query, 'drafts', 400) || undefined));
    return new View('policy/list.njk', await this.lists.all(visit, { after, before }));
  }

  @Get(':key')
  @Requires('policy.read_drafts')
  async policy(@Visitor() visit: Visit, @Param('key') key: string, @Query() query: Record<string, unknown>): Promise<View> {
    const before = unwrap(decodeIdCursor(formText(query, 'drafts', 400) || undefined));
    return new View('policy/policy.njk', unwrap(await this.lists.of(visit, key, before)));
  }

  /** Without two numbers: the newest against the one before it. */
  @Get(':key/difference')
  @Requires('policy.read_drafts')
  async difference(@Visitor() visit: Visit, @Param('key') key: string, @Query() query: Record<string, unknown>): Promise<View> {
    const policy = unwrap(await this.lists.of(visit, key, undefined));
    const [newest = 1, previous = newest] = policy.numbers;
    const from = unwrap(await this.sheets.numbered(key, formText(query, 'from', 9) || String(previous)));
    const to = unwrap(await this.sheets.numbered(key, formText(query, 'to', 9) || String(newest)));
    const meaning = from.policy === undefined || to.policy === undefined ? undefined : policyDifference(from.policy.document, to.policy.document);
    return new View('policy/difference.njk', {
      ...policy, from, to, meaning, parts: PARTS, isSame: meaning !== undefined && isEmpty(meaning), lines: lineDifference(from.source, to.source), identical: from.source === to.source,
    });
  }

  @Get(':key/versions/:number')
  @Requires('policy.read_drafts')
  async version(@Visitor() visit: Visit, @Param('key') key: string, @Param('number') number: string, @Query() query: Record<string, unknown>): Promise<View> {
    const [done, working] = [formText(query, 'done', 20), Number.parseInt(formText(query, 'working', 4), 10)];
    return new View('policy/version.njk', { ...unwrap(await this.sheets.of(visit, key, number, working)), done: DONE.includes(done) ? done : undefined });
  }

  @Post(':key/versions/:number/submission')
  @Requires('policy.edit')
  async submit(@Visitor() visit: Visit, @Param('key') key: string, @Param('number') number: string, @Body() body: unknown): Promise<View | SeeOther> {
    return this.#answer(visit, { key, number, body, done: 'submitted' }, await this.drafting.submit(visit.ctx, key, number, formVersion(body)));
  }

  @Post(':key/versions/:number/return')
  @Requires('policy.review')
  async sendBack(@Visitor() visit: Visit, @Param('key') key: string, @Param('number') number: string, @Body() body: unknown): Promise<View | SeeOther> {
    const why = formText(body, 'why', 2_000).trim();
    const answer: Result<unknown> = why === ''
      ? { ok: false, refusal: { code: 'portal.field_missing', params: {}, pointer: '/why' } }
      : await this.drafting.sendBack(visit.ctx, key, number, formVersion(body), why);
    return this.#answer(visit, { key, number, body, done: 'returned' }, answer);
  }

  @Post(':key/versions/:number/withdrawal')
  @Requires('policy.edit')
  async withdraw(@Visitor() visit: Visit, @Param('key') key: string, @Param('number') number: string, @Body() body: unknown): Promise<View | SeeOther> {
    return this.#answer(visit, { key, number, body, done: 'withdrawn' }, await this.drafting.withdraw(visit.ctx, key, number, formVersion(body)));
  }

  async #answer(visit: Visit, { key, number, body, done }: { key: string; number: string; body: unknown; done: string }, answer: Result<unknown>): Promise<View | SeeOther> {
    if (answer.ok) return new SeeOther(`/${visit.language}/policies/${encodeURIComponent(key)}/versions/${encodeURIComponent(number)}?done=${done}`);
    return this.#refused(visit, key, number, body, answer.refusal);
  }

  /** The page again as things now stand, with what was typed and what is in the way. */
  async #refused(visit: Visit, key: string, number: string, body: unknown, refusal: Refusal): Promise<View> {
    const sheet = unwrap(await this.sheets.of(visit, key, number));
    return again('policy/version.njk', { ...sheet, typed: body }, withLines(refusal), refusal.pointer === undefined && refusal.causes === undefined ? 409 : 422);
  }
}
