import { ChoiceField, NestedField, TextField } from '../../../platform/http/fields.js';
import { FUND_MODES, type FundMode } from '../ledger.rules.js';
import { MoneyDto } from '../../../platform/http/wire.js';
import { CursorQuery } from '../../../platform/http/page.js';

export class NewFundDto {
  @TextField({ max: 60, pattern: /^[a-z0-9-]+$/ })
  code!: string;

  @TextField({ max: 120 })
  name!: string;

  @ChoiceField(FUND_MODES)
  mode!: FundMode;

  @TextField({ max: 3, min: 3, example: 'GBP' })
  currency!: string;

  @NestedField(() => MoneyDto, { optional: true, about: 'Of every mode but `open`: what there will be in all. It is stated as the first deposit of the fund, which has nothing before another person books that' })
  limit?: MoneyDto;
}

export class BalancesQuery {
  @TextField({ max: 40, optional: true, about: 'RFC 3339: balances as they stood then' })
  asOf?: string;
}

export class EntriesQuery extends CursorQuery {}
