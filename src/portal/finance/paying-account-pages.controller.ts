import { Body, Get, Param, ParseUUIDPipe, Post, Query } from '@nestjs/common';
import type { Refusal } from '../../core/errors/index.js';
import { isCurrency } from '../../core/money/index.js';
import { SHIPPED_PROFILES } from '../../core/payments/index.js';
import { Requires } from '../../platform/http/metadata.js';
import { NumberPipe } from '../../platform/http/number.pipe.js';
import { unwrap } from '../../platform/http/refusal-exception.js';
import { PayingAccountChanges, PayingAccountQueries, PayingAccounts } from '../../modules/funds/index.js';
import { cursorIn, formText, formVersion } from '../shared/form-fields.form.js';
import { Pages, Visitor, type Visit } from '../shared/portal.page.js';
import { SeeOther, View } from '../shared/view.page.js';
import { ApproverShortages } from './approver-shortages.service.js';
import { atField, readTerms, typedAccount, typedOf, type TypedAccount } from './paying-account.form.js';
import { PayingAccountSheets } from './paying-account-sheets.service.js';
import { ProfilePreviews } from './profile-preview.service.js';

const DONE = ['created', 'proposed', 'applied', 'dropped', 'taken_back'] as const;
const FORM = 'finance/paying-account-form.njk';

/** Accounts that money leaves from: entered by one person, changed by two. */
@Pages('paying-accounts')
export class PayingAccountPagesController {
  constructor(
    private readonly queries: PayingAccountQueries, private readonly accounts: PayingAccounts, private readonly changes: PayingAccountChanges, private readonly sheets: PayingAccountSheets,
    private readonly previews: ProfilePreviews, private readonly shortages: ApproverShortages,
  ) {}

  @Get()
  @Requires('fund.read')
  async list(@Visitor() visit: Visit, @Query() query: Record<string, unknown>): Promise<View> {
    return new View('finance/paying-accounts.njk', await this.sheets.list(visit, cursorIn(query).after));
  }

  @Get('new')
  @Requires('fund.edit')
  begin(): View {
    return new View(FORM, this.#form({}));
  }

  @Post('new')
  @Requires('fund.edit')
  async create(@Visitor() visit: Visit, @Body() body: unknown): Promise<View | SeeOther> {
    const typed = typedAccount(body);
    if (formText(body, 'do', 10) !== '') return this.#helped(body, typed, {});
    const terms = readTerms(typed, isCurrency(typed.currency) ? typed.currency : 'EUR', false);
    const missing = (['code', 'currency'] as const).filter((field) => typed[field] === '').map((field): Refusal => ({ code: 'portal.field_missing', params: {}, pointer: `/${field}` }));
    if (!terms.ok || missing.length > 0) return this.#refused(typed, {}, [...missing, ...(terms.ok ? [] : terms.refusal.causes ?? [terms.refusal])]);
    const { account, ...rest } = terms.value;
    const made = account === undefined ? undefined : await this.accounts.create(visit.ctx, { ...rest, account, code: typed.code, currency: typed.currency });
    if (made === undefined) return this.#refused(typed, {}, [{ code: 'portal.field_missing', params: {}, pointer: '/iban' }]);
    return made.ok ? new SeeOther(`/${visit.language}/paying-accounts/${made.value.id}?done=created`) : this.#refused(typed, {}, made.refusal.causes ?? [made.refusal]);
  }

  @Get(':id')
  @Requires('fund.read')
  async account(@Visitor() visit: Visit, @Param('id', ParseUUIDPipe) id: string, @Query() query: Record<string, unknown>): Promise<View> {
    const done = formText(query, 'done', 20);
    return new View('finance/paying-account.njk', { ...await this.#sheet(visit, id, formText(query, 'cursor', 400) || undefined), done: DONE.find((one) => one === done) });
  }

  @Get(':id/edit')
  @Requires('fund.edit')
  async edit(@Param('id', ParseUUIDPipe) id: string): Promise<View> {
    const account = unwrap(await this.queries.get(id));
    return new View(FORM, this.#form({ account, typed: typedOf(account) }));
  }

  @Post(':id/edit')
  @Requires('fund.edit')
  async propose(@Visitor() visit: Visit, @Param('id', ParseUUIDPipe) id: string, @Body() body: unknown): Promise<View | SeeOther> {
    const account = unwrap(await this.queries.get(id));
    const typed = typedAccount(body);
    if (formText(body, 'do', 10) !== '') return this.#helped(body, typed, { account });
    const terms = readTerms(typed, account.currency, true);
    const proposed = terms.ok ? await this.changes.propose(visit.ctx, id, formVersion(body), terms.value) : terms;
    return proposed.ok ? new SeeOther(`/${visit.language}/paying-accounts/${id}?done=proposed`) : this.#refused(typed, { account }, proposed.refusal.causes ?? [proposed.refusal]);
  }

  @Post(':id/changes/:n/decision')
  @Requires('fund.book')
  async decide(@Visitor() visit: Visit, @Param('id', ParseUUIDPipe) id: string, @Param('n', NumberPipe) n: number, @Body() body: unknown): Promise<View | SeeOther> {
    const outcome = formText(body, 'outcome', 10) === 'applied' ? 'applied' : 'dropped';
    const decided = await this.changes.decide(visit.ctx, id, n, outcome);
    if (decided.ok) return new SeeOther(`/${visit.language}/paying-accounts/${id}?done=${outcome}`);
    if (decided.refusal.code === 'identity.proof_needed') return new SeeOther(`/${visit.language}/account/proof?next=${encodeURIComponent(`/${visit.language}/paying-accounts/${id}`)}`);
    return this.#undecided(visit, id, n, decided.refusal);
  }

  @Post(':id/changes/:n/withdrawal')
  @Requires('fund.edit')
  async takeBack(@Visitor() visit: Visit, @Param('id', ParseUUIDPipe) id: string, @Param('n', NumberPipe) n: number): Promise<View | SeeOther> {
    const takenBack = await this.changes.takeBack(visit.ctx, id, n);
    return takenBack.ok ? new SeeOther(`/${visit.language}/paying-accounts/${id}?done=taken_back`) : this.#undecided(visit, id, n, takenBack.refusal);
  }

  @Get(':id/proofs')
  @Requires('fund.read')
  async proofs(@Param('id', ParseUUIDPipe) id: string, @Query() query: Record<string, unknown>): Promise<View> {
    return new View('finance/proofs.njk', await this.sheets.proofs(id, formText(query, 'cursor', 400) || undefined));
  }

  async #sheet(visit: Visit, id: string, cursor: string | undefined): Promise<object> {
    return { ...await this.sheets.of(visit, id, cursor), short: await this.shortages.ofAccount(id) };
  }

  async #undecided(visit: Visit, id: string, n: number, refusal: Refusal): Promise<View> {
    return new View('finance/paying-account.njk', await this.#sheet(visit, id, undefined), [{ ...refusal, pointer: `/change-${n}` }], 409);
  }

  /** A button that stores nothing: takes a shipped profile into the form, or shows what the typed one would write. */
  async #helped(body: unknown, typed: TypedAccount, more: object): Promise<View> {
    const shipped = SHIPPED_PROFILES.find(({ id }) => id === formText(body, 'shipped', 40));
    if (formText(body, 'do', 10) === 'take' && shipped !== undefined) return new View(FORM, this.#form({ ...more, typed: { ...typed, profile: JSON.stringify(shipped, null, 2) } }));
    const code = (more as { account?: { currency: string } }).account?.currency ?? typed.currency;
    const terms = readTerms({ ...typed, name: '-', holder: '-', zone: 'UTC', approvals: '1' }, isCurrency(code) ? code : 'EUR', true);
    const preview = terms.ok ? await this.previews.of(terms.value.profile, isCurrency(code) ? code : 'EUR') : undefined;
    if (preview !== undefined) return new View(FORM, this.#form({ ...more, typed, preview }));
    return this.#refused(typed, more, terms.ok ? this.sheets.profileFaults(terms.value.profile) : (terms.refusal.causes ?? []).filter(({ pointer }) => pointer === '/profile'));
  }

  #refused(typed: TypedAccount, more: object, faults: readonly Refusal[]): View {
    return new View(FORM, this.#form({ ...more, typed }), faults.map(atField), faults.some(({ code }) => code === 'http.stale' || code === 'funds.change_open') ? 409 : 422);
  }

  #form(more: object): object {
    return { shipped: SHIPPED_PROFILES, ...more };
  }
}
