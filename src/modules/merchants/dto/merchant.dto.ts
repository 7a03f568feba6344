import { BooleanField, ChoiceField, DateField, IntegerField, IntegerListField, ListField, NestedField, TextField } from '../../../platform/http/fields.js';
import { MoneyDto } from '../../../platform/http/wire.js';

export class RegistrationDto {
  @TextField({ max: 20, pattern: /^[a-z-]+$/, example: 'gb-coh', about: 'Which register; "none" without a number' })
  scheme!: string;

  @TextField({ max: 40, min: 0, example: '12345678' })
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
}

export class OpeningRowDto {
  @IntegerListField({ maxItems: 7, min: 1, max: 7, about: 'ISO weekdays on which the stretch begins' })
  days!: number[];

  @TextField({ max: 5, example: '07:00' })
  opens!: string;

  @TextField({ max: 5, example: '18:00', about: 'At or before "opens" it ends the next day; 24:00 is midnight' })
  closes!: string;

  @DateField({ optional: true })
  validFrom?: string;

  @DateField({ optional: true })
  validTo?: string;
}

export class StretchDto {
  @TextField({ max: 5 })
  opens!: string;

  @TextField({ max: 5 })
  closes!: string;
}

export class OpeningExceptionDto {
  @DateField()
  date!: string;

  @ListField(() => StretchDto, { maxItems: 10, about: 'Empty: closed' })
  hours!: StretchDto[];
}

export class OpeningHoursDto {
  @TextField({ max: 60, example: 'Europe/London' })
  zone!: string;

  @ListField(() => OpeningRowDto, { maxItems: 60 })
  rows!: OpeningRowDto[];

  @ListField(() => OpeningExceptionDto, { maxItems: 400 })
  exceptions!: OpeningExceptionDto[];
}

export class NewSiteDto {
  @TextField({ max: 120 })
  name!: string;

  @BooleanField()
  online!: boolean;

  @TextField({ max: 2, min: 2, pattern: /^[A-Z]{2}$/ })
  country!: string;

  @NestedField(() => OpeningHoursDto)
  openingHours!: OpeningHoursDto;
}

export class NewEnrolmentDto {
  @TextField({ max: 80, example: 'harbourline.payments' })
  service!: string;

  @TextField({ max: 80, optional: true, about: 'Region of the service; * for all' })
  region?: string;

  @TextField({ max: 80, optional: true })
  tier?: string;

  @NestedField(() => MoneyDto, { optional: true, about: 'Monthly fee' })
  fee?: MoneyDto;

  @TextField({ max: 40, example: '2025-01-01T00:00:00Z' })
  from!: string;

  @TextField({ max: 40, optional: true })
  to?: string;
}
