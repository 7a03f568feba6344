import { ChoiceField, InstantField, TextField } from '../../../platform/http/fields.js';

export class ReportQuery {
  @TextField({ max: 60, optional: true, about: 'The code of a scheme; every scheme when left out' })
  scheme?: string;

  @InstantField({ optional: true, about: 'Filed, or decided, from here on' })
  since?: string;

  @InstantField({ optional: true, about: 'and before this' })
  until?: string;

  @ChoiceField(['json', 'csv'], { optional: true, about: 'Left out: what the client accepts' })
  format?: 'json' | 'csv';
}
