import { ChoiceField, IntegerField, NestedField, TextField } from '../../../platform/http/fields.js';
import { CursorQuery } from '../../../platform/http/page.js';
import { MoneyDto } from '../../../platform/http/wire.js';
import { CHANGE_KINDS, type ChangeKind } from '../change.machine.js';
import { ITEM_ORDERS, VERDICTS, type ItemOrder, type Verdict } from '../change-lists.rules.js';

export class PolicyDraftRef {
  @TextField({ max: 80 }) key!: string;
  @IntegerField({ min: 1, max: 999_999_999, about: 'Number of a draft that is in review' }) number!: number;
}

export class ProposeChangeDto {
  @ChoiceField(CHANGE_KINDS, { about: 'Only policy_version is available' }) kind!: ChangeKind;
  @NestedField(() => PolicyDraftRef) policy!: PolicyDraftRef;
}

export class ApproveChangeDto {
  @IntegerField({ min: 1, max: 999_999, about: 'The run that was looked at' }) run!: number;
  @TextField({ max: 64, min: 64, pattern: /^[0-9a-f]{64}$/, about: 'Its digest' }) digest!: string;
  @NestedField(() => MoneyDto, { about: 'How far the total may move through claims that have changed since; they are run again' }) movesLessThan!: MoneyDto;
}

export class RunClaimsQuery extends CursorQuery {
  @ChoiceField(ITEM_ORDERS, { optional: true, about: 'As filed (default), or those that win or lose most first' }) order?: ItemOrder;
}

export class AppliedClaimsQuery extends CursorQuery {
  @ChoiceField(VERDICTS, { optional: true }) verdict?: Verdict;
}
