import { NestedField, TextField } from '../../../platform/http/fields.js';
import { MoneyDto } from '../../../platform/http/wire.js';

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

/** Merge patch: what is left out stays, null takes tier, fee or end away. */
export class EditEnrolmentDto {
  @TextField({ max: 80, optional: true })
  region?: string;

  @TextField({ max: 80, optional: true, nullable: true })
  tier?: string | null;

  @NestedField(() => MoneyDto, { optional: true, nullable: true, about: 'Monthly fee' })
  fee?: MoneyDto | null;

  @TextField({ max: 40, optional: true })
  from?: string;

  @TextField({ max: 40, optional: true, nullable: true, about: 'From when on it is no longer used' })
  to?: string | null;
}
