import { BooleanField, ChoiceField, InstantField, IntegerField, ListField, NestedField, TextField, TextListField } from '../../../platform/http/fields.js';
import type { BodyLimits } from '../../../platform/http/metadata.js';
import { REGION_CODE, SEGMENT_STATES } from '../outages.rules.js';
import { CursorQuery } from '../../../platform/http/page.js';

/** Of 10,000 segments with everything said of each, a thousand entries of scope and as many windows. */
export const OUTAGE_BODY: BodyLimits = { members: 98_000, bytes: 4 * 1_048_576 };

const CODE = /^[a-z0-9]+([._-][a-z0-9]+)*$/;
const REGION = REGION_CODE;
const STATES = SEGMENT_STATES;

export class OutageTitleDto {
  @TextField({ max: 200, example: 'Card payments failed' }) en!: string;
  @TextField({ max: 200, optional: true }) ko?: string;
  @TextField({ max: 200, optional: true }) fr?: string;
}

export class ScopeDto {
  @TextListField({ maxItems: 200, minItems: 1, max: 80, about: 'Codes of services without parts', example: ['payments.card'] }) services!: string[];
  @TextListField({ maxItems: 200, minItems: 1, max: 80, optional: true, about: 'Left out: everywhere' }) regions?: string[];
  @InstantField({ about: 'RFC 3339 with offset, inclusive' }) from!: string;
  @InstantField({ about: 'Exclusive; left out while the outage lasts', optional: true }) to?: string;
}

export class SegmentDto {
  @TextField({ max: 80, pattern: CODE }) service!: string;
  @TextField({ max: 80, pattern: REGION, optional: true, about: 'Left out: everywhere' }) region?: string;
  @InstantField({ about: 'RFC 3339 with offset, inclusive' }) from!: string;
  @InstantField({ about: 'Exclusive; left out while it lasts', optional: true }) to?: string;
  @ChoiceField(STATES) state!: (typeof STATES)[number];
  @TextField({ max: 40, optional: true, about: 'Share of the service that was lost, with degraded only', example: '2/5' }) level?: string;
  @TextField({ max: 500, optional: true, about: 'How and when maintenance was announced, with maintenance only' }) notice?: string;
  @TextField({ max: 120, about: 'Who says so', example: 'probe eu-west-1' }) source!: string;
  @TextField({ max: 500, optional: true, about: 'Where it can be checked' }) evidence?: string;
}

export class OfficialWindowDto {
  @TextField({ max: 80, pattern: CODE }) service!: string;
  @InstantField() from!: string;
  @InstantField() to!: string;
}

export class SegmentsDto {
  @ListField(() => SegmentDto, { maxItems: 10_000 }) segments!: SegmentDto[];
}

export class RevisionContentDto extends SegmentsDto {
  @BooleanField({ about: 'Whether time inside the scope without a segment was up; if not, it is unknown' }) complete!: boolean;
  @ListField(() => ScopeDto, { maxItems: 1_000 }) scope!: ScopeDto[];
  @ListField(() => OfficialWindowDto, { maxItems: 1_000, optional: true, about: 'As stated by the operator, one per service' })
  officialWindows?: OfficialWindowDto[];
}

export class CreateOutageDto extends RevisionContentDto {
  @TextField({ max: 80, pattern: CODE, example: '2026-10-13-card-payments' }) code!: string;
  @NestedField(() => OutageTitleDto) title!: OutageTitleDto;
}

export class ProposeRevisionDto extends RevisionContentDto {
  @TextField({ max: 500, about: 'What changes and why', example: 'The probe log shows recovery at 13:42' }) reason!: string;
}

export class ConfirmRevisionDto {
  @IntegerField({ min: 1, max: 1_000_000, about: 'The revision you have read' }) revision!: number;
}

export class EndOutageDto {
  @InstantField({ about: 'When it ended; open lines are closed at this time' }) endedAt!: string;
}

export class PointOfViewQuery {
  @InstantField({ optional: true, about: 'What was known before this instant' }) asOf?: string;
  @IntegerField({ min: 0, max: 2_000_000_000, optional: true, about: 'What was known at this register version' }) registerVersion?: number;
}

export class OutagesQuery extends CursorQuery {
  @TextField({ max: 80, pattern: CODE, optional: true }) service?: string;
  @ChoiceField(['draft', 'confirmed', 'ended', 'final'], { optional: true, about: 'Drafts are for register staff' }) state?: 'draft' | 'confirmed' | 'ended' | 'final';
  @InstantField({ optional: true, about: 'What was known before this instant' }) asOf?: string;
  @IntegerField({ min: 0, max: 2_000_000_000, optional: true, about: 'What was known at this register version' }) registerVersion?: number;
}

export class OutageQuery extends PointOfViewQuery {
  @ChoiceField(['json', 'csv'], { optional: true, about: 'Or ask by Accept: text/csv' }) format?: 'json' | 'csv';
}

export class TimelineQuery extends OutageQuery {
  @TextField({ max: 80, pattern: CODE }) service!: string;
  @TextField({ max: 80, pattern: REGION, optional: true, about: 'Left out: all regions, the worst one showing' }) region?: string;
  @InstantField() from!: string;
  @InstantField() to!: string;
}
