import { BooleanField, DateField, IntegerListField, ListField, NestedField, TextField } from '../../../platform/http/fields.js';
import type { BodyLimits } from '../../../platform/http/metadata.js';
import { AddressDto } from './merchant.dto.js';

/** Of 400 exceptions with ten stretches each. */
export const HOURS_BODY: BodyLimits = { members: 9_200, bytes: 1_048_576 };

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

  @NestedField(() => AddressDto, { optional: true })
  address?: AddressDto;

  @NestedField(() => OpeningHoursDto)
  openingHours!: OpeningHoursDto;
}

/** Merge patch: what is left out stays, null takes the address away. */
export class EditSiteDto {
  @TextField({ max: 120, optional: true })
  name?: string;

  @BooleanField({ optional: true })
  online?: boolean;

  @TextField({ max: 2, min: 2, pattern: /^[A-Z]{2}$/, optional: true })
  country?: string;

  @NestedField(() => AddressDto, { optional: true, nullable: true })
  address?: AddressDto | null;
}
