import { InstantField, MapField, TextField } from '../../../platform/http/fields.js';

export class EffectiveQuery {
  @InstantField({ about: 'An instant of the event' }) at!: string;
  @TextField({ max: 80, optional: true, about: 'Left out: every policy' }) key?: string;
}

export class TestRunDto {
  @MapField({
    about: 'As in the examples of a policy document; all values as text',
    example: { window: '2026-03-03T09:00Z/2026-03-03T17:00Z', turnover: '120000.00', segments: [{ state: 'down', at: '2026-03-03T10:00Z/2026-03-03T12:00Z' }] },
  })
  given!: Record<string, unknown>;
}
