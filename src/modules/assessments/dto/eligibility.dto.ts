import { NestedField, TextField } from '../../../platform/http/fields.js';
import { IntervalDto } from '../../../platform/http/wire.js';

export class EligibilityCheckDto {
  @TextField({ max: 80, example: 'harbourline-2026-10', about: 'Code of the scheme' })
  scheme!: string;

  @TextField({ max: 80, example: 'harbourline.payments' })
  service!: string;

  @TextField({ max: 40, example: 'food', about: 'As the policy names trades' })
  trade!: string;

  @TextField({ max: 80, optional: true, about: 'Region of the service; left out: where it was troubled first' })
  region?: string;

  @NestedField(() => IntervalDto, { optional: true, about: 'Left out: as the operator stated it' })
  window?: IntervalDto;
}
