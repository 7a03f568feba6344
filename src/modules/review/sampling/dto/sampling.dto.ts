import { InstantField, TextField } from '../../../../platform/http/fields.js';

export class NewPeriodDto {
  @InstantField({ about: 'Claims filed from here on are drawn from; later than now' })
  from!: string;

  @InstantField({ about: 'Claims filed before this are' })
  to!: string;

  @TextField({ max: 10, about: 'The part to draw, as decimal text above 0 and up to 1', example: '0.02' })
  rate!: string;
}
