import { IntersectionType } from '@nestjs/swagger';
import { BooleanField, ChoiceField, IdField, NestedField, TextField, TextListField } from '../../../../platform/http/fields.js';
import { CursorQuery } from '../../../../platform/http/page.js';
import { BULK_KINDS, MOST_ITEMS, type BulkKind } from '../bulk.rules.js';
import { FILTER_FIELDS, QUEUE_NAMES, SORTS, type FilterText, type QueueName, type Sort } from '../queue.rules.js';

const FILTERS: Readonly<Record<(typeof FILTER_FIELDS)[number], { about: string; max: number }>> = {
  scheme: { about: 'Id of a scheme', max: 36 },
  state: { about: 'One state of those the queue has', max: 20 },
  owner: { about: '"me", "none", or the id of a person', max: 36 },
  olderThanDays: { about: 'Filed more than so many days of 24 hours ago', max: 4 },
  currency: { about: 'ISO 4217; needed with an amount', max: 3 },
  amountFrom: { about: 'Least amount at risk, as decimal text', max: 40 },
  amountTo: { about: 'Most amount at risk, as decimal text', max: 40 },
  risk: { about: '"true": the standing assessment has findings that refer or block; "false": it has none', max: 5 },
  dueBefore: { about: 'Promised before this date (UTC) or RFC 3339 instant', max: 40 },
  reason: { about: 'Code for which the rule referred the claim', max: 80 },
  language: { about: 'Language of the business: en, ko or fr', max: 2 },
  country: { about: 'ISO 3166 code of the site\'s country', max: 2 },
};

const Filter = (field: (typeof FILTER_FIELDS)[number]): PropertyDecorator => TextField({ ...FILTERS[field], optional: true });

export class QueueFilterDto {
  @Filter('scheme') scheme?: string;
  @Filter('state') state?: string;
  @Filter('owner') owner?: string;
  @Filter('olderThanDays') olderThanDays?: string;
  @Filter('currency') currency?: string;
  @Filter('amountFrom') amountFrom?: string;
  @Filter('amountTo') amountTo?: string;
  @Filter('risk') risk?: string;
  @Filter('dueBefore') dueBefore?: string;
  @Filter('reason') reason?: string;
  @Filter('language') language?: string;
  @Filter('country') country?: string;
}

export class QueueQuery extends IntersectionType(CursorQuery, QueueFilterDto) {
  @ChoiceField(SORTS, { optional: true, about: 'filed (oldest first), money (by currency, then by amount), deadline (as promised, before our own outages moved it), risk; a minus turns it round' }) sort?: Sort;
}

/** The filters among some fields, as they were written. */
export const filterOf = (fields: QueueFilterDto): FilterText =>
  Object.fromEntries(FILTER_FIELDS.flatMap((field) => (fields[field] === undefined ? [] : [[field, fields[field]]])));

export class AssignmentDto {
  @IdField({ nullable: true, optional: true, about: 'Who gets the claim; null for nobody' }) to?: string | null;
}

export class SavedFilterDto {
  @TextField({ max: 80 }) name!: string;
  @ChoiceField(QUEUE_NAMES) queue!: QueueName;
  @ChoiceField(SORTS, { optional: true }) sort?: Sort;
  @NestedField(() => QueueFilterDto, { optional: true }) filter?: QueueFilterDto;
  @BooleanField({ optional: true, about: 'Everybody sees it; for supervisors' }) shared?: boolean;
}

export class BulkActionDto {
  @ChoiceField(BULK_KINDS) kind!: BulkKind;
  @TextListField({ maxItems: MOST_ITEMS, minItems: 1, max: 36, optional: true, about: 'Claims by id; exactly one of claimIds, queue and of' }) claimIds?: string[];
  @ChoiceField(QUEUE_NAMES, { optional: true, about: 'All claims of this queue that the filter finds' }) queue?: QueueName;
  @NestedField(() => QueueFilterDto, { optional: true }) filter?: QueueFilterDto;
  @IdField({ optional: true, about: 'A bulk recommendation of somebody else, whose claims are to be decided as recommended' }) of?: string;
  @ChoiceField(['award', 'refuse', 'nil'], { optional: true, about: 'Needed to recommend and to decide, unless `of` is named' }) outcome?: 'award' | 'refuse' | 'nil';
  @TextListField({ maxItems: 20, max: 80, optional: true, about: 'Reason codes; needed to refuse' }) reasons?: string[];
  @TextField({ max: 4_000, optional: true }) note?: string;
  @IdField({ optional: true, about: 'Who gets the claims; yourself when left out' }) to?: string;
}

export class OpeningDto {
  @IdField({ about: 'A claim of the sample that you have opened and looked at' }) claimId!: string;
}

export class SendingDto {
  @TextField({ max: 64, min: 64, pattern: /^[0-9a-f]{64}$/, about: 'Digest of the list you looked at' }) digest!: string;
}

export class BulkItemsQuery extends CursorQuery {
  @ChoiceField(['true'], { optional: true, about: 'Only the claims of the sample' }) sampled?: 'true';
  @ChoiceField(['skipped'], { optional: true, about: 'Only those that were skipped' }) state?: 'skipped';
}
