import { ChoiceField, IntegerField, ListField, NestedField, TextField, TextListField } from '../../../platform/http/fields.js';
import { ADDRESS_LIMITS } from '../contact.rules.js';
import { REGISTRATION_SCHEMES } from '../registration.rules.js';

export class RegistrationDto {
  @TextField({ max: 20, pattern: /^[a-z-]+$/, example: 'gb-coh', about: `Which kind of number: ${REGISTRATION_SCHEMES.join(', ')}; "none" without one that can be checked` })
  scheme!: string;

  @TextField({ max: 40, min: 0, example: '00445790', about: 'As it is written; kept without blanks, dots and hyphens' })
  value!: string;
}

export class SectorDto {
  @TextField({ max: 20, example: 'makegood' })
  system!: string;

  @TextField({ max: 40, example: 'food' })
  code!: string;
}

export class SizeDto {
  @ChoiceField(['turnover', 'employees'])
  measure!: 'turnover' | 'employees';

  @IntegerField({ min: 1990, max: 2100 })
  year!: number;

  @TextField({ max: 30, about: 'Turnover as decimal text, employees as a whole number' })
  value!: string;

  @TextField({ max: 3, min: 3, optional: true })
  currency?: string;

  @TextField({ max: 80, example: 'vat return' })
  source!: string;
}

/** In parts, none longer than a structured address of ISO 20022 takes. */
export class AddressDto {
  @TextField({ max: ADDRESS_LIMITS.street, min: 0, optional: true, example: '와우산로' })
  street?: string;

  @TextField({ max: ADDRESS_LIMITS.number, min: 0, optional: true, example: '94' })
  number?: string;

  @TextField({ max: ADDRESS_LIMITS.extra, min: 0, optional: true, about: 'Building, floor, room' })
  extra?: string;

  @TextField({ max: ADDRESS_LIMITS.postcode, min: 0, optional: true, example: '04066' })
  postcode?: string;

  @TextField({ max: ADDRESS_LIMITS.city, min: 0, optional: true, example: '마포구' })
  city?: string;

  @TextField({ max: ADDRESS_LIMITS.region, min: 0, optional: true, example: '서울특별시' })
  region?: string;

  @TextField({ max: 2, min: 2, pattern: /^[A-Z]{2}$/, example: 'KR' })
  country!: string;
}

export class NewMerchantDto {
  @TextField({ max: 200 })
  legalName!: string;

  @NestedField(() => RegistrationDto)
  registration!: RegistrationDto;

  @NestedField(() => SectorDto)
  sector!: SectorDto;

  @TextField({ max: 2, min: 2, pattern: /^[A-Z]{2}$/, example: 'GB' })
  country!: string;

  @ChoiceField(['en', 'ko', 'fr'])
  language!: string;

  @TextField({ max: 60, example: 'Europe/London' })
  zone!: string;

  @ListField(() => SizeDto, { maxItems: 20 })
  sizes!: SizeDto[];

  @TextField({ max: 40, optional: true, example: '+82 10 1234 5678', about: 'Kept in E.164; without + it is a number of the country' })
  phone?: string;

  @NestedField(() => AddressDto, { optional: true })
  address?: AddressDto;
}

/** Merge patch: what is left out stays, null takes a phone or an address away. */
export class EditMerchantDto {
  @TextField({ max: 200, optional: true })
  legalName?: string;

  @NestedField(() => RegistrationDto, { optional: true, about: 'Another number, name or country has to be verified again' })
  registration?: RegistrationDto;

  @NestedField(() => SectorDto, { optional: true })
  sector?: SectorDto;

  @TextField({ max: 2, min: 2, pattern: /^[A-Z]{2}$/, optional: true })
  country?: string;

  @ChoiceField(['en', 'ko', 'fr'], { optional: true })
  language?: string;

  @TextField({ max: 60, optional: true })
  zone?: string;

  @ListField(() => SizeDto, { maxItems: 20, optional: true, about: 'Replaces all' })
  sizes?: SizeDto[];

  @TextField({ max: 40, optional: true, nullable: true })
  phone?: string | null;

  @NestedField(() => AddressDto, { optional: true, nullable: true, about: 'Replaces the whole address' })
  address?: AddressDto | null;
}

export class TakeOverDto {
  @TextListField({ maxItems: 2, minItems: 1, max: 10, about: 'name, address: what of the register\'s answer to take over' })
  parts!: string[];
}

