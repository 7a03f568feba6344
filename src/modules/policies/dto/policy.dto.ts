import { CursorQuery } from '../../../platform/http/page.js';
import { ChoiceField, InstantField, MapField, TextField } from '../../../platform/http/fields.js';

import { REACHES, type Reach } from '../policy.machine.js';

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

export class DraftsQuery extends CursorQuery {
  @TextField({ max: 80, optional: true, about: 'Left out: of every policy' }) key?: string;
}

export class CreateDraftDto {
  @TextField({ max: 500_000, about: 'YAML; may have faults while it is a draft' }) source!: string;
  @InstantField({ optional: true, about: 'First event it is for; left out, every event for a first version, events from now on for a later one' }) effectiveFrom?: string;
  @InstantField({ optional: true, about: 'Claims are decided by it from then on: it is not approved before' }) decidedFrom?: string;
  @ChoiceField(REACHES, { optional: true, about: 'Undecided claims (default), or decided ones as well, which may rise and never fall' }) reach?: Reach;
}

export class EditDraftDto {
  @TextField({ max: 500_000, optional: true }) source?: string;
  @InstantField({ optional: true }) effectiveFrom?: string;
  @InstantField({ optional: true }) decidedFrom?: string;
  @ChoiceField(REACHES, { optional: true }) reach?: Reach;
}

export class ReturnDraftDto {
  @TextField({ max: 2_000, about: 'Why the draft goes back' }) reason!: string;
}
