import { ChoiceField, DateField, IntegerField, ListField, MapField, TextField } from '../../../platform/http/fields.js';
import { TAX_BASES } from '../../evidence/index.js';

/** What somebody says about a file; what is left out stays as it was said or found before. */
export class TillAnswersDto {
  @MapField({ optional: true, about: 'Columns by the part they play: at, or date and time; to, zone, amount, tip, tax, kind, status, refunded, refunds, id, refundOf, currency' })
  columns?: Record<string, unknown>;

  @TextField({ max: 60, optional: true, about: 'IANA zone of times that name none', example: 'Europe/London' })
  zone?: string;

  @ChoiceField(TAX_BASES, { optional: true, about: 'Whether the amounts hold value added tax' })
  basis?: string;

  @TextField({ max: 10, optional: true, about: 'Rate of value added tax in percent of the amount without it, by which amounts are converted where sales count on the other basis', example: '20' })
  taxRatePercent?: string;

  @TextField({ max: 3, min: 3, optional: true, about: 'ISO 4217' })
  currency?: string;

  @TextField({ max: 10, optional: true, about: 'ymd, dmy, mdy or serial' })
  dateOrder?: string;

  @TextField({ max: 1, optional: true, about: 'The mark before decimals' })
  decimalMark?: string;

  @TextField({ max: 20, optional: true, about: 'What a line stands for: sale, quarter_hour, half_hour, hour or day' })
  lineIs?: string;

  @TextField({ max: 10, optional: true, about: 'sale: a line that does not say its kind is one' })
  blankKind?: string;

  @TextField({ max: 20, optional: true, about: 'utf-8, utf-16le, utf-16be, cp949 or windows-1252' })
  encoding?: string;

  @TextField({ max: 255, optional: true, about: 'The sheet of a workbook' })
  sheet?: string;

  @IntegerField({ min: 1, max: 1_000, optional: true, about: 'Row of the header, blank rows not counted' })
  headerRow?: number;
}

export class DayTotalDto {
  @DateField({ about: 'A day of the site' })
  day!: string;

  @TextField({ max: 40, about: 'What was sold that day, decimal text; 0 when nothing was' })
  amount!: string;
}

export class DayTotalsDto {
  @ChoiceField(TAX_BASES, { about: 'Whether the amounts hold value added tax' })
  basis!: 'net_of_tax' | 'gross';

  @TextField({ max: 10, optional: true, about: 'Rate of value added tax in percent; needed where sales count on the other basis', example: '20' })
  taxRatePercent?: string;

  @ListField(() => DayTotalDto, { maxItems: 400, minItems: 1 })
  days!: DayTotalDto[];
}
