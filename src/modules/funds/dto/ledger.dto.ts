import { IdField, TextField } from '../../../platform/http/fields.js';
import { CursorQuery } from '../../../platform/http/page.js';

export class LedgerAccountsQuery extends CursorQuery {
  @IdField({ optional: true, about: 'Accounts of this fund' })
  fund?: string;

  @IdField({ optional: true, about: 'Accounts of this paying account' })
  payingAccount?: string;
}

export class LedgerBalancesQuery {
  @IdField({ optional: true, about: 'One of the two' })
  fund?: string;

  @IdField({ optional: true, about: 'One of the two' })
  payingAccount?: string;

  @TextField({ max: 40, optional: true, about: 'RFC 3339: balances as they stood then' })
  asOf?: string;
}

export class LedgerEntriesQuery extends CursorQuery {
  @IdField({ optional: true })
  fund?: string;

  @IdField({ optional: true })
  payingAccount?: string;

  @IdField({ optional: true, about: 'What was posted for this claim' })
  claim?: string;

  @IdField({ optional: true, about: 'What was posted for this payment' })
  line?: string;

  @TextField({ max: 60, optional: true, pattern: /^[a-z_]+$/, about: 'What kind of entry, such as reservation or payment_settle' })
  kind?: string;
}
