import { BooleanField } from '../../../platform/http/fields.js';

export class LetterChoiceDto {
  @BooleanField({ about: 'Whether reminders, digests and confirmations are sent; letters that a right or a deadline hangs on always are' })
  courtesy!: boolean;
}
