import { BooleanField, IdField, IntegerField, NestedField, TextField } from '../../../platform/http/fields.js';

const share = (about: string): PropertyDecorator => IntegerField({ optional: true, min: 0, max: 100, about });

export class AnswerMixDto {
  @share('Booked as it was sent') accept?: number;
  @share('Refused') reject?: number;
  @share('Booked, and back a day later') return?: number;
  @share('Booked twice') duplicate?: number;
  @share('Booked with another amount') wrong_amount?: number;
  @share('Booked with others in one sum') lump?: number;
  @share('Booked only five days later') delay?: number;
  @share('Debits of payments that nobody sent, for a hundred payments') unknown?: number;
  @share('Charges, for a hundred payments') fee?: number;
}

const REASON = /^[A-Z]{2}[0-9]{2}$/;

export class PracticeAnswerDto {
  @IdField({ about: 'A batch that was released' })
  batchId!: string;

  @NestedField(() => AnswerMixDto, { about: 'How many of a hundred payments get which answer; each that is named is given at least once' })
  mix!: AnswerMixDto;

  @IntegerField({ min: 0, max: 2_147_483_647, about: 'The same seed gives the same answers' })
  seed!: number;

  @TextField({ optional: true, min: 4, max: 4, pattern: REASON, about: 'Why payments are refused, as a code of ISO 20022; AC04 when left out' })
  rejectReason?: string;

  @TextField({ optional: true, min: 4, max: 4, pattern: REASON, about: 'Why payments come back; AC01 when left out' })
  returnReason?: string;

  @BooleanField({ optional: true, about: 'Brings the files in at once, as if the bank had sent them' })
  isDelivered?: boolean;
}
