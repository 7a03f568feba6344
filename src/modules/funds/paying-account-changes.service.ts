import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import { userIdOf } from '../../platform/access/ownership.js';
import type { Context } from '../../platform/access/context.js';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import { pageOf, type Page } from '../../platform/database/paging.js';
import type { Tx } from '../../platform/database/tx.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { AuditTrail } from '../audit/index.js';
import { requireProof } from '../identity/index.js';
import { FundsRepository } from './funds.repository.js';
import type { PayoutMethod } from './ledger.rules.js';
import { PayingAccountChangesRepository, type ChangeRow, type WhatChanges } from './paying-account-changes.repository.js';
import { CHANGEABLE, checkTerms, type AccountTerms, type ChangeOutcome } from './paying-accounts.rules.js';
import type { PayingAccountEntity } from './paying-account.entity.js';
import { PayingAccountsRepository } from './paying-accounts.repository.js';
import { changeView, type ChangeView } from './views/paying-account-view.js';

/**
 * Changes of where money leaves from, and how: one person proposes, another who has shown again who they are applies. The terms are
 * checked at both ends, and a proposal that was made for an older version is dropped, never applied.
 */
@Injectable()
export class PayingAccountChanges {
  constructor(
    private readonly work: UnitOfWork, private readonly database: Database, private readonly accounts: PayingAccountsRepository, private readonly changes: PayingAccountChangesRepository,
    private readonly funds: FundsRepository, private readonly audit: AuditTrail, private readonly clock: Clock,
  ) {}

  /** Codes: `funds.not_found`, `http.stale`, `funds.nothing_changes`, `funds.terms_wrong`, `funds.change_open`. */
  propose(ctx: Context, id: string, version: number, terms: Partial<AccountTerms>): Promise<Result<ChangeView>> {
    return this.work.run(ctx, async (tx): Promise<Result<ChangeView>> => {
      const account = await this.accounts.lock(tx, id);
      if (account === null) return refuse('funds.not_found');
      if (account.version !== version) return refuse('http.stale', { seen: version, current: account.version });
      const what = differing(account, terms);
      if (Object.keys(what).length === 0) return refuse('funds.nothing_changes');
      const fit = checkTerms({ ...account, ...what }, account.currency);
      return fit.ok ? this.#propose(tx, ctx, { payingAccountId: id, what, baseVersion: version }) : fit;
    });
  }

  /** That a fund pays from another account, or in another way. Codes: `funds.not_found`, `http.stale`, `funds.currency_differs`, `funds.nothing_changes`, `funds.change_open`. */
  proposeFor(ctx: Context, fundId: string, version: number, { payingAccountId, method }: { payingAccountId: string; method: PayoutMethod }): Promise<Result<ChangeView>> {
    return this.work.run(ctx, async (tx): Promise<Result<ChangeView>> => {
      const [account, fund] = [await this.accounts.lock(tx, payingAccountId), await this.funds.find(tx, fundId)];
      if (account === null || fund === null) return refuse('funds.not_found');
      if (fund.version !== version) return refuse('http.stale', { seen: version, current: fund.version });
      if (fund.currency !== account.currency) return refuse('funds.currency_differs', { fund: fund.currency, amount: account.currency }, { pointer: '/payingAccountId' });
      if (fund.payingAccountId === payingAccountId && fund.method === method) return refuse('funds.nothing_changes');
      return this.#propose(tx, ctx, { payingAccountId, fundId, what: { method }, baseVersion: version });
    });
  }

  /** Codes: `funds.change_not_found`, `funds.change_decided`, `funds.change_second`, `identity.proof_needed`, `funds.change_outdated`, `funds.terms_wrong`. */
  decide(ctx: Context, id: string, n: number, outcome: ChangeOutcome): Promise<Result<ChangeView>> {
    return this.work.run(ctx, async (tx): Promise<Result<ChangeView>> => {
      const [account, row] = [await this.accounts.lock(tx, id), await this.changes.find(tx, id, n)];
      if (account === null || row === undefined) return refuse('funds.change_not_found');
      if (row.outcome !== null) return refuse('funds.change_decided');
      const [by, at] = [userIdOf(ctx.actor), this.clock.now()];
      if (outcome === 'applied') {
        const may = this.#mayApply(ctx, row, by);
        if (!may.ok) return may;
      }
      await this.changes.decide(tx, row, { outcome, by, at });
      const done = outcome === 'applied' ? await this.#apply(tx, account, row) : ok(undefined);
      if (!done.ok) return done;
      await this.audit.record(tx, ctx, { aggregate: { type: 'paying_account', id }, action: `paying_account.change_${outcome}`, data: { n, fundId: row.fundId, changed: Object.keys(row.what) } });
      return ok(changeView({ ...row, outcome, decidedBy: by, decidedAt: new Date(at) }, account.currency));
    });
  }

  /** Whoever proposed it has thought better of it. Codes: `funds.change_not_found`, `funds.change_decided`, `funds.change_of_another`. */
  takeBack(ctx: Context, id: string, n: number): Promise<Result<ChangeView>> {
    return this.work.run(ctx, async (tx): Promise<Result<ChangeView>> => {
      const [account, row] = [await this.accounts.lock(tx, id), await this.changes.find(tx, id, n)];
      if (account === null || row === undefined) return refuse('funds.change_not_found');
      if (row.outcome !== null) return refuse('funds.change_decided');
      const [by, at] = [userIdOf(ctx.actor), this.clock.now()];
      if (row.proposedBy !== by) return refuse('funds.change_of_another');
      await this.changes.decide(tx, row, { outcome: 'dropped', by, at });
      await this.audit.record(tx, ctx, { aggregate: { type: 'paying_account', id }, action: 'paying_account.change_taken_back', data: { n, fundId: row.fundId } });
      return ok(changeView({ ...row, outcome: 'dropped', decidedBy: by, decidedAt: new Date(at) }, account.currency));
    });
  }

  async list(id: string, before: number | undefined, limit: number): Promise<Result<Page<ChangeView>>> {
    const { reader } = this.database;
    const account = await this.accounts.find(reader, id);
    if (account === null) return refuse('funds.not_found');
    const page = pageOf(await this.changes.list(reader, id, before, limit + 1), limit, ({ n }) => [String(n)]);
    return ok({ ...page, items: page.items.map((row) => changeView(row, account.currency)) });
  }

  async #propose(tx: Tx, ctx: Context, change: { payingAccountId: string; fundId?: string; what: WhatChanges; baseVersion: number }): Promise<Result<ChangeView>> {
    const account = await this.accounts.find(tx, change.payingAccountId);
    const row = await this.changes.propose(tx, { ...change, by: userIdOf(ctx.actor), at: this.clock.now() });
    await this.audit.record(tx, ctx, {
      aggregate: { type: 'paying_account', id: row.payingAccountId }, action: 'paying_account.change_proposed', data: { n: row.n, fundId: row.fundId, changed: Object.keys(row.what) },
    });
    return ok(changeView(row, account?.currency ?? ''));
  }

  #mayApply({ actor }: Context, { proposedBy }: ChangeRow, by: string): Result<void> {
    return proposedBy === by ? refuse('funds.change_second') : requireProof(actor, this.clock.now());
  }

  async #apply(tx: Tx, account: PayingAccountEntity, { fundId, what, baseVersion }: ChangeRow): Promise<Result<void>> {
    if (fundId !== null) {
      const applied = await this.accounts.assign(tx, { id: fundId, version: baseVersion }, { payingAccountId: account.id, method: what.method ?? 'bank' });
      return applied ? ok(undefined) : refuse('funds.change_outdated');
    }
    if (account.version !== baseVersion) return refuse('funds.change_outdated');
    const terms = { ...account, ...what };
    const fit = checkTerms(terms, account.currency);
    if (!fit.ok) return fit;
    await this.accounts.change(tx, account.id, terms);
    return ok(undefined);
  }
}

/** What of the terms is another than the account has. */
const differing = (account: PayingAccountEntity, terms: Partial<AccountTerms>): Partial<AccountTerms> => Object.fromEntries(
  CHANGEABLE.filter((key) => terms[key] !== undefined && canonical(terms[key]) !== canonical(account[key])).map((key) => [key, terms[key]]));

/** JSON whose members stand in one order, as the database keeps them in another than they came in. */
const canonical = (value: unknown): string => JSON.stringify(value, (_key, part: unknown) => (typeof part === 'object' && part !== null && !Array.isArray(part)
  ? Object.fromEntries(Object.entries(part).sort(([one], [other]) => (one < other ? -1 : 1))) : part));
