import { ChoiceField, IdField, IntegerField, NestedField, TextField } from '../../../platform/http/fields.js';
import { CursorQuery } from '../../../platform/http/page.js';
import { MoneyDto } from '../../../platform/http/wire.js';
import { LEFT_OUT, SITE_VERDICTS, type LeftOut, type SiteVerdict } from '../precomputation.rules.js';
import { CHANGE_KINDS, type ChangeKind } from '../change.machine.js';
import { ITEM_ORDERS, VERDICTS, type ItemOrder, type Verdict } from '../change-lists.rules.js';

export class PolicyDraftRef {
  @TextField({ max: 80 }) key!: string;
  @IntegerField({ min: 1, max: 999_999_999, about: 'Number of a draft that is in review' }) number!: number;
}

export class ProposeChangeDto {
  @ChoiceField(CHANGE_KINDS, { about: 'policy_version and pre_computation are available' }) kind!: ChangeKind;
  @NestedField(() => PolicyDraftRef, { optional: true, about: 'Of a policy_version' }) policy?: PolicyDraftRef;
  @IdField({ optional: true, about: 'Of a pre_computation: the scheme' }) schemeId?: string;
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

export class RunSitesQuery extends CursorQuery {
  @ChoiceField(LEFT_OUT, { optional: true, about: 'Only sites that are left out for this reason' }) leftOut?: LeftOut;
}

export class OpenedClaimsQuery extends CursorQuery {
  @ChoiceField(SITE_VERDICTS, { optional: true }) verdict?: SiteVerdict;
}
