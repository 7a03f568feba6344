import { Body, Get, Param, ParseIntPipe, ParseUUIDPipe, Post, Query } from '@nestjs/common';
import type { Refusal } from '../../core/errors/index.js';
import { isAllowed } from '../../platform/access/permissions.js';
import { Requires } from '../../platform/http/metadata.js';
import { unwrap } from '../../platform/http/refusal-exception.js';
import { DEPOSIT_OUTCOMES, FundDeposits, FundQueries } from '../../modules/funds/index.js';
import { ChangeProposals, mayPropose } from '../../modules/changes/index.js';
import { formText } from '../shared/form-fields.form.js';
import { Pages, Visitor, type Visit } from '../shared/portal.page.js';
import { again, SeeOther, View } from '../shared/view.page.js';
import { readDeposit } from './deposit.form.js';
import { FundSheets } from './fund-sheets.service.js';

const DONE = ['stated', ...DEPOSIT_OUTCOMES];

/** Funds, their double-entry ledger, money that comes to those with a limit, and how shared ones are shared. */
@Pages('funds')
export class FundPagesController {
  constructor(
    private readonly funds: FundQueries, private readonly deposits: FundDeposits, private readonly sheets: FundSheets, private readonly proposals: ChangeProposals,
  ) {}

  @Get()
  @Requires('fund.read')
  async list(): Promise<View> {
    return new View('finance/funds.njk', { funds: (await this.funds.list()).items });
  }

  @Get(':id')
  @Requires('fund.read')
  async fund(@Visitor() visit: Visit, @Param('id', ParseUUIDPipe) id: string, @Query() query: Record<string, unknown>): Promise<View> {
    const done = formText(query, 'done', 20);
    return new View('finance/fund.njk', { ...await this.#sheet(visit, id, formText(query, 'cursor', 400) || undefined), done: DONE.includes(done) ? done : undefined });
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
  async decide(@Visitor() visit: Visit, @Param('id', ParseUUIDPipe) id: string, @Param('n', ParseIntPipe) n: number, @Body() body: unknown): Promise<View | SeeOther> {
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

  async #sheet({ ctx: { actor } }: Visit, id: string, cursor?: string): Promise<object> {
    return { ...await this.sheets.of(id, cursor), mayState: isAllowed(actor, 'fund.edit'), mayShare: isAllowed(actor, 'change.propose') && mayPropose(actor, 'allocation').ok, mayBook: isAllowed(actor, 'fund.book'), reader: actor.kind === 'user' ? actor.userId : undefined };
  }

  async #refused(visit: Visit, id: string, refusal: Refusal, typed: unknown): Promise<View> {
    return again('finance/fund.njk', { ...await this.#sheet(visit, id), typed }, refusal, refusal.pointer === undefined ? 409 : 422);
  }
}
