import { ChoiceField, DateField, IdField, TextField } from '../../../platform/http/fields.js';
import { CursorQuery } from '../../../platform/http/page.js';
import { BATCH_STATES, type BatchState } from '../payout-batch.machine.js';

export class OpenBatchDto {
  @IdField({ about: 'The fund whose payments are due' })
  fundId!: string;

  @DateField({ optional: true, about: 'The day the bank is to pay, where it is; when left out, the first from today on which it pays by its calendar' })
  executeOn?: string;
}

export class LeaveOutDto {
  @IdField({ about: 'The line to leave out' })
  lineId!: string;
}

export class ApproveBatchDto {
  @TextField({ max: 64, min: 64, pattern: /^[0-9a-f]{64}$/, about: 'Of the batch as you saw it' })
  digest!: string;
}

export class BatchesQuery extends CursorQuery {
  @IdField({ optional: true })
  fund?: string;

  @ChoiceField(BATCH_STATES, { optional: true })
  state?: BatchState;
}

export class LinesQuery extends CursorQuery {}
