import { ChoiceField, IdField, IntegerField, ListField, MapField, NestedField, TextField } from '../../../platform/http/fields.js';
import { CursorQuery } from '../../../platform/http/page.js';
import { PAYOUT_METHODS, type PayoutMethod } from '../ledger.rules.js';
import { CHANGE_OUTCOMES, type ChangeOutcome } from '../paying-accounts.rules.js';

const KINDS = ['iban', 'kr', 'other'] as const;

export class OwnAccountDto {
  @ChoiceField(KINDS)
  kind!: (typeof KINDS)[number];

  @TextField({ max: 34, optional: true, about: 'Of kind iban, without spaces', example: 'DE02120300000000202051' })
  iban?: string;

  @TextField({ max: 34, optional: true, about: 'Of the other kinds' })
  number?: string;

  @TextField({ max: 3, min: 3, optional: true, about: 'Of kind kr' })
  bankCode?: string;

  @TextField({ max: 11, min: 8, optional: true })
  bic?: string;

  @TextField({ max: 5, optional: true, about: 'Of kind other: code of the clearing system, such as USABA' })
  clearingSystem?: string;

  @TextField({ max: 35, optional: true, about: 'Of kind other: the bank in its clearing system' })
  clearingMember?: string;
}

export class PayerAddressDto {
  @TextField({ max: 70, optional: true })
  street?: string;

  @TextField({ max: 16, optional: true })
  building?: string;

  @TextField({ max: 16, optional: true })
  postcode?: string;

  @TextField({ max: 35 })
  town!: string;

  @TextField({ max: 2, min: 2, about: 'ISO 3166', example: 'DE' })
  country!: string;
}

export class ApprovalBandDto {
  @TextField({ max: 40, optional: true, about: 'Inclusive, decimal text in the currency of the account; only the last band has none' })
  upTo?: string;

  @IntegerField({ min: 1, max: 10, about: 'How many people approve a batch up to that total' })
  count!: number;
}

export class AccountTermsDto {
  @TextField({ max: 120, optional: true })
  name?: string;

  @TextField({ max: 140, optional: true, about: 'As the bank has it' })
  holder?: string;

  @TextField({ max: 60, optional: true, about: 'Of the bank: its days begin there', example: 'Europe/Berlin' })
  zone?: string;

  @NestedField(() => OwnAccountDto, { optional: true })
  account?: OwnAccountDto;

  @NestedField(() => PayerAddressDto, { optional: true })
  address?: PayerAddressDto;

  @MapField({ optional: true, about: 'How files for its bank are written: a payment profile (docs/domain/payment-files.md)' })
  profile?: Record<string, unknown>;

  @ListField(() => ApprovalBandDto, { optional: true, minItems: 1, maxItems: 10 })
  approvals?: ApprovalBandDto[];
}

export class NewPayingAccountDto {
  @TextField({ max: 60, pattern: /^[a-z0-9-]+$/ })
  code!: string;

  @TextField({ max: 120 })
  name!: string;

  @TextField({ max: 3, min: 3, example: 'EUR' })
  currency!: string;

  @TextField({ max: 140, about: 'As the bank has it' })
  holder!: string;

  @TextField({ max: 60, about: 'Of the bank: its days begin there', example: 'Europe/Berlin' })
  zone!: string;

  @NestedField(() => OwnAccountDto)
  account!: OwnAccountDto;

  @NestedField(() => PayerAddressDto, { optional: true })
  address?: PayerAddressDto;

  @MapField({ about: 'How files for its bank are written: a payment profile (docs/domain/payment-files.md)' })
  profile!: Record<string, unknown>;

  @ListField(() => ApprovalBandDto, { minItems: 1, maxItems: 10 })
  approvals!: ApprovalBandDto[];
}

export class NamePayingAccountDto {
  @IdField({ about: 'The account the fund pays from' })
  payingAccountId!: string;

  @ChoiceField(PAYOUT_METHODS)
  method!: PayoutMethod;
}

export class ChangeDecisionDto {
  @ChoiceField(CHANGE_OUTCOMES)
  outcome!: ChangeOutcome;
}

export class ChangesQuery extends CursorQuery {}
