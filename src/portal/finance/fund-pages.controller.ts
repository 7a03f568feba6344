import { Body, Get, Param, ParseUUIDPipe, Post, Query } from '@nestjs/common';
import type { Refusal } from '../../core/errors/index.js';
import { isAllowed } from '../../platform/access/permissions.js';
import { Clock } from '../../platform/clock/clock.js';
import { Requires } from '../../platform/http/metadata.js';
import { NumberPipe } from '../../platform/http/number.pipe.js';
import { DEFAULT_LIMIT } from '../../platform/http/page.js';
import { unwrap } from '../../platform/http/refusal-exception.js';
import { DEPOSIT_OUTCOMES, FundDeposits, FundQueries, PAYOUT_METHODS, PayingAccountChanges, PayingAccounts } from '../../modules/funds/index.js';
import { ChangeProposals, mayPropose } from '../../modules/changes/index.js';
import { cursorIn, formText, formVersion } from '../shared/form-fields.form.js';
import { Pages, Visitor, type Visit } from '../shared/portal.page.js';
import { again, SeeOther, View } from '../shared/view.page.js';
import { readDay, readDeposit } from './deposit.form.js';
import { ENTRY_KINDS, FundSheets, type FundFilter } from './fund-sheets.service.js';

const DONE = ['stated', ...DEPOSIT_OUTCOMES];
const PAYING_DONE = ['named', 'proposed'];

/** Funds, their double-entry ledger, money that comes to those with a limit, and how shared ones are shared. */
@Pages('funds')
export class FundPagesController {
  constructor(
    private readonly funds: FundQueries, private readonly deposits: FundDeposits, private readonly sheets: FundSheets, private readonly proposals: ChangeProposals,
    private readonly paying: PayingAccounts, private readonly changes: PayingAccountChanges, private readonly clock: Clock,
  ) {}

  @Get()
  @Requires('fund.read')
  async list(@Query() query: Record<string, unknown>): Promise<View> {
    const { after } = cursorIn(query);
    return new View('finance/funds.njk', { page: await this.funds.page(after, DEFAULT_LIMIT), paged: after !== undefined });
  }

  @Get(':id')
  @Requires('fund.read')
  async fund(@Visitor() visit: Visit, @Param('id', ParseUUIDPipe) id: string, @Query() query: Record<string, unknown>): Promise<View> {
    const done = formText(query, 'done', 20);
    const [cursor, asked, day] = [formText(query, 'cursor', 400), formText(query, 'kind', 40), readDay(query, this.clock.now())];
    const kind = ENTRY_KINDS.find((one) => one === asked);
    const sheet = await this.#sheet(visit, id, {
      claim: formText(query, 'claim', 40).trim(), ...(cursor === '' ? {} : { cursor }), ...(kind === undefined ? {} : { kind }), ...(day.ok && day.value !== undefined ? { asOf: day.value.until } : {}),
    });
    const shown = { ...sheet, done: DONE.find((one) => one === done), payingDone: PAYING_DONE.find((one) => one === done), day: formText(query, 'asOf', 20), stood: day.ok ? day.value?.day : undefined };
    return new View('finance/fund.njk', shown, day.ok ? [] : [day.refusal], day.ok ? 200 : 422);
  }

  @Post(':id/deposits')
  @Requires('fund.edit')
  async state(@Visitor() visit: Visit, @Param('id', ParseUUIDPipe) id: string, @Body() body: unknown): Promise<View | SeeOther> {
    const deposit = readDeposit(body, unwrap(await this.funds.get(id)).currency);
    const stated = deposit.ok ? await this.deposits.state(visit.ctx, id, deposit.value) : deposit;
    return stated.ok ? new SeeOther(`/${visit.language}/funds/${id}?done=stated`) : this.#refused(visit, id, stated.refusal, body);
  }

  @Post(':id/deposits/:n/decision')
  @Requires('fund.book')
  async decide(@Visitor() visit: Visit, @Param('id', ParseUUIDPipe) id: string, @Param('n', NumberPipe) n: number, @Body() body: unknown): Promise<View | SeeOther> {
    const outcome = formText(body, 'outcome', 10) === 'booked' ? 'booked' : 'dropped';
    const decided = await this.deposits.decide(visit.ctx, id, n, outcome);
    return decided.ok ? new SeeOther(`/${visit.language}/funds/${id}?done=${outcome}`) : this.#refused(visit, id, decided.refusal, {});
  }

  /** Sharing a fund is a change: it goes on where changes are rehearsed and approved. */
  @Post(':id/allocations')
  @Requires('change.propose')
  async share(@Visitor() visit: Visit, @Param('id', ParseUUIDPipe) id: string, @Body() body: unknown): Promise<View | SeeOther> {
    const [stage, keptBack] = [formText(body, 'stage', 10) === 'interim' ? 'interim' as const : 'final' as const, formText(body, 'keptBack', 40).trim()];
    const proposed = await this.proposals.propose(visit.ctx, { kind: 'allocation', allocation: { fundId: id, stage, ...(keptBack === '' ? {} : { keptBack }) } });
    return proposed.ok ? new SeeOther(`/${visit.language}/changes/${proposed.value.id}?done=proposed`) : this.#refused(visit, id, proposed.refusal, body);
  }

  /** The first account at once; another as a proposal. */
  @Post(':id/paying-account')
  @Requires('fund.edit')
  async name(@Visitor() visit: Visit, @Param('id', ParseUUIDPipe) id: string, @Body() body: unknown): Promise<View | SeeOther> {
    const [payingAccountId, method] = [formText(body, 'account', 40), PAYOUT_METHODS.find((one) => one === formText(body, 'method', 20)) ?? 'bank'];
    if (!/^[0-9a-f-]{36}$/.test(payingAccountId)) return this.#refused(visit, id, { code: 'portal.field_missing', params: {}, pointer: '/account' }, body);
    const to = { payingAccountId, method };
    const named = await this.paying.assign(visit.ctx, id, formVersion(body), to);
    if (named.ok) return new SeeOther(`/${visit.language}/funds/${id}?done=named`);
    const proposed = named.refusal.code === 'funds.names_an_account' ? await this.changes.proposeFor(visit.ctx, id, formVersion(body), to) : named;
    return proposed.ok ? new SeeOther(`/${visit.language}/funds/${id}?done=proposed`) : this.#refused(visit, id, proposed.refusal, body);
  }

  async #sheet(visit: Visit, id: string, filter: FundFilter = { claim: '' }): Promise<object> {
    const { actor } = visit.ctx;
    return { ...await this.sheets.of(visit, id, filter), mayState: isAllowed(actor, 'fund.edit'), mayShare: isAllowed(actor, 'change.propose') && mayPropose(actor, 'allocation').ok, mayBook: isAllowed(actor, 'fund.book'), reader: actor.kind === 'user' ? actor.userId : undefined };
  }

  async #refused(visit: Visit, id: string, refusal: Refusal, typed: unknown): Promise<View> {
    return again('finance/fund.njk', { ...await this.#sheet(visit, id), typed }, refusal, refusal.pointer === undefined ? 409 : 422);
  }
}
