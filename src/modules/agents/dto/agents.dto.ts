import { ChoiceField, IdField, NestedField, TextField } from '../../../platform/http/fields.js';
import { CursorQuery } from '../../../platform/http/page.js';
import { MoneyDto } from '../../../platform/http/wire.js';
import { MANDATE_STATES } from '../mandate.machine.js';

export class NewAgentDto {
  @TextField({ max: 200 })
  name!: string;

  @ChoiceField(['en', 'ko', 'fr'])
  language!: string;
}

export class NewAgentMemberDto {
  @IdField({ about: 'A person with the role of an agent' })
  userId!: string;
}

export class DocumentDto {
  @TextField({ max: 200, about: 'What the mandate rests on, as you file it', example: 'engagement-letter-2026-114.pdf' })
  name!: string;

  @TextField({ max: 64, min: 64, pattern: /^[0-9a-f]{64}$/, optional: true, about: 'SHA-256 of the document' })
  hash?: string;
}

export class FeeDto {
  @TextField({ max: 20, optional: true, about: 'A share of what is paid: 15% or 0.15', example: '15%' })
  share?: string;

  @NestedField(() => MoneyDto, { optional: true, about: 'An amount, whatever is paid' })
  amount?: MoneyDto;

  @TextField({ max: 500, about: 'The words that the business reads before it confirms', example: '15 % of what is paid, plus VAT' })
  words!: string;
}

export class NewMandateDto {
  @IdField({ about: 'The business, as its owner gave it to you' })
  merchantId!: string;

  @NestedField(() => DocumentDto)
  document!: DocumentDto;

  @NestedField(() => FeeDto)
  fee!: FeeDto;

  @ChoiceField(['en', 'ko', 'fr'], { about: 'In which the business is written to' })
  language!: string;
}

export class MandatesQuery extends CursorQuery {
  @ChoiceField(MANDATE_STATES, { optional: true })
  state?: string;
}
