import { Body, Get, Param, ParseUUIDPipe, Post, Query } from '@nestjs/common';
import type { Refusal, Result } from '../../core/errors/index.js';
import { Requires } from '../../platform/http/metadata.js';
import { RefusalException } from '../../platform/http/refusal-exception.js';
import { DESK_LISTS, PayeeChecks, PayeeHolds, PayeeReveals, type RevealedAccount } from '../../modules/payees/index.js';
import { cursorIn, formChoices, formText, formVersion } from '../shared/form-fields.form.js';
import { Pages, Visitor, type Visit } from '../shared/portal.page.js';
import { again, SeeOther, View } from '../shared/view.page.js';
import { PayeeFiles } from './payee-files.service.js';

const ON_A_PAGE = 50;
const DONE = ['checked', 'held', 'released'];
const PAGE = 'payees/file.njk';

const reasonIn = (body: unknown): string => formText(body, 'reason', 2_000).trim();

/** Where finance checks accounts, stops payments and lets them go on, and reads a number once with a reason. */
@Pages('payees')
export class PayeeDeskPagesController {
  constructor(
    private readonly files: PayeeFiles,
    private readonly checks: PayeeChecks,
    private readonly holds: PayeeHolds,
    private readonly reveals: PayeeReveals,
  ) {}

  @Get()
  @Requires('payee.oversee')
  async list(@Visitor() visit: Visit, @Query() query: Record<string, unknown>): Promise<View> {
    const asked = formText(query, 'list', 20);
    const list = DESK_LISTS.find((one) => one === asked);
    if (asked !== '' && list === undefined) throw new RefusalException({ code: 'http.not_found', params: {} });
    return new View('payees/desk.njk', await this.files.list(visit, list, { ...cursorIn(query), limit: ON_A_PAGE }));
  }

  @Get(':id')
  @Requires('payee.oversee')
  async file(@Visitor() visit: Visit, @Param('id', ParseUUIDPipe) id: string, @Query() query: Record<string, unknown>): Promise<View> {
    const done = formText(query, 'done', 20);
    return new View(PAGE, { ...await this.files.of(visit, id), done: DONE.includes(done) ? done : undefined });
  }

  @Post(':id/accounts/:accountId/check')
  @Requires('payee.verify')
  async check(@Visitor() visit: Visit, @Param('id', ParseUUIDPipe) id: string, @Param('accountId', ParseUUIDPipe) accountId: string, @Body() body: unknown): Promise<View | SeeOther> {
    const [outcome] = formChoices(body, 'outcome', ['match', 'none']) as ('match' | 'none')[];
    if (outcome === undefined) return this.#refused(visit, id, `check-${accountId}`, body, { code: 'portal.field_missing', params: {}, pointer: '/outcome' });
    const found = await this.checks.verify(visit.ctx, id, accountId, formVersion(body), { outcome, reason: reasonIn(body) });
    return this.#answered(visit, id, `check-${accountId}`, body, 'checked', found);
  }

  @Post(':id/hold')
  @Requires('payee.hold')
  async hold(@Visitor() visit: Visit, @Param('id', ParseUUIDPipe) id: string, @Body() body: unknown): Promise<View | SeeOther> {
    return this.#answered(visit, id, 'hold', body, 'held', await this.holds.hold(visit.ctx, id, reasonIn(body)));
  }

  @Post(':id/release')
  @Requires('payee.release_hold')
  async release(@Visitor() visit: Visit, @Param('id', ParseUUIDPipe) id: string, @Body() body: unknown): Promise<View | SeeOther> {
    return this.#answered(visit, id, 'release', body, 'released', await this.holds.release(visit.ctx, id, reasonIn(body)));
  }

  /** The number is in this answer and nowhere else: no address shows it again. */
  @Post(':id/accounts/:accountId/number')
  @Requires('payee.reveal')
  async number(@Visitor() visit: Visit, @Param('id', ParseUUIDPipe) id: string, @Param('accountId', ParseUUIDPipe) accountId: string, @Body() body: unknown): Promise<View | SeeOther> {
    const shown = await this.reveals.reveal(visit.ctx, id, accountId, reasonIn(body));
    if (!shown.ok) return this.#refused(visit, id, `number-${accountId}`, body, shown.refusal);
    return new View('payees/number.njk', { ...await this.files.heading(visit, id), shown: shown.value, account: inFours(shown.value) });
  }

  async #answered(visit: Visit, id: string, form: string, body: unknown, done: DoneKey, answer: Result<unknown>): Promise<View | SeeOther> {
    return answer.ok ? new SeeOther(`/${visit.language}/payees/${id}?done=${done}`) : this.#refused(visit, id, form, body, answer.refusal);
  }

  /** The page again, its form open, with what was typed in it. */
  async #refused(visit: Visit, id: string, form: string, body: unknown, refusal: Refusal): Promise<View> {
    const field = refusal.pointer === '/outcome' ? 'outcome' : 'reason';
    const typed = { form, reason: reasonIn(body), outcome: formText(body, 'outcome', 10) };
    return again(PAGE, { ...await this.files.of(visit, id), typed }, { ...refusal, pointer: `/${form}-${field}` }, statusOf(refusal));
  }
}

/** As an IBAN is printed. */
const inFours = ({ kind, account }: RevealedAccount): string => (kind === 'iban' ? account.replaceAll(/(.{4})(?=.)/g, '$1 ') : account);

type DoneKey = 'checked' | 'held' | 'released';

const STATUS: Readonly<Record<string, number>> = { 'identity.proof_needed': 403, 'rate.too_many': 429, 'payees.reason_missing': 422, 'portal.field_missing': 422, 'vault.key_missing': 503, 'vault.altered': 500 };
const statusOf = ({ code }: Refusal): number => STATUS[code] ?? 409;

