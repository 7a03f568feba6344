import { ok, refuse, type Result } from '../../../core/errors/index.js';
import type { Money } from '../../../core/money/index.js';
import { ChoiceField, IdField, IntegerField, ListField, NestedField, TextField } from '../../../platform/http/fields.js';
import { CursorQuery } from '../../../platform/http/page.js';
import { MoneyDto, moneyIn } from '../../../platform/http/wire.js';
import { LEFT_OUT, SITE_VERDICTS, type LeftOut, type SiteVerdict } from '../precomputation.rules.js';
import { CHANGE_KINDS, type ChangeKind } from '../change.machine.js';
import { ITEM_ORDERS, VERDICTS, type ItemOrder, type Verdict } from '../change-lists.rules.js';

/** More than an operator pays in. */
const MOST_CURRENCIES = 20;

export class PolicyDraftRef {
  @TextField({ max: 80 }) key!: string;
  @IntegerField({ min: 1, max: 999_999_999, about: 'Number of a draft that is in review' }) number!: number;
}

export class ProposeChangeDto {
  @ChoiceField(CHANGE_KINDS, { about: 'policy_version or pre_computation; an amendment is proposed at its outage, an allocation at its fund' }) kind!: ChangeKind;
  @NestedField(() => PolicyDraftRef, { optional: true, about: 'Of a policy_version' }) policy?: PolicyDraftRef;
  @IdField({ optional: true, about: 'Of a pre_computation: the scheme' }) schemeId?: string;
}

export class ApproveChangeDto {
  @IntegerField({ min: 1, max: 999_999, about: 'The run that was looked at' }) run!: number;
  @TextField({ max: 64, min: 64, pattern: /^[0-9a-f]{64}$/, about: 'Its digest' }) digest!: string;
  @NestedField(() => MoneyDto, { optional: true, about: 'How far the total may move through claims that have changed since; they are run again' }) movesLessThan?: MoneyDto;
  @ListField(() => MoneyDto, { optional: true, minItems: 1, maxItems: MOST_CURRENCIES, about: 'In its place where the run has claims in several currencies: how far the total of each may move' }) movesLessThanEach?: MoneyDto[];
}

/** One bound, or one for each currency. Code: `changes.bound_missing`. */
export function boundsIn({ movesLessThan, movesLessThanEach }: ApproveChangeDto): Result<Money[]> {
  if ((movesLessThan === undefined) === (movesLessThanEach === undefined)) return refuse('changes.bound_missing', {}, { pointer: '/movesLessThan' });
  const read = movesLessThan === undefined ? (movesLessThanEach ?? []).map((one, index) => moneyIn(one, `/movesLessThanEach/${index}`)) : [moneyIn(movesLessThan, '/movesLessThan')];
  const [wrong] = read.filter((one) => !one.ok);
  return wrong ?? ok(read.flatMap((one) => (one.ok ? [one.value] : [])));
}

export class RunClaimsQuery extends CursorQuery {
  @TextField({ optional: true, min: 3, max: 3, about: 'Only claims in this currency; needed with an order by size where there are several' }) currency?: string;
  @ChoiceField(ITEM_ORDERS, { optional: true, about: 'As filed (default), or those that win or lose most first' }) order?: ItemOrder;
}

export class AppliedClaimsQuery extends CursorQuery {
  @ChoiceField(VERDICTS, { optional: true }) verdict?: Verdict;
}

export class RunSitesQuery extends CursorQuery {
  @ChoiceField(LEFT_OUT, { optional: true, about: 'Only sites that are left out for this reason' }) leftOut?: LeftOut;
}

export class OpenedClaimsQuery extends CursorQuery {
  @ChoiceField(SITE_VERDICTS, { optional: true }) verdict?: SiteVerdict;
}
