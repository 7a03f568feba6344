import { ChoiceField, IdField, IntegerField, ListField, NestedField, TextField } from '../../../platform/http/fields.js';
import type { BodyLimits } from '../../../platform/http/metadata.js';
import { CursorQuery } from '../../../platform/http/page.js';
import { FEED_KINDS, type FeedKind } from '../imports/feed.rules.js';
import { PROPOSAL_STATES, type ProposalState } from '../imports/proposals.repository.js';

/** Of 500 lines of a mapping. */
export const SOURCE_BODY: BodyLimits = { members: 2_100, bytes: 1_048_576 };

export class MappingLineDto {
  @TextField({ max: 500, about: 'What the feed calls it; * when it names nothing', example: 'API' }) component!: string;
  @TextField({ max: 500, optional: true, about: 'What the feed calls the place; left out: any' }) feedRegion?: string;
  @TextField({ max: 80, optional: true, about: 'Code of our service; left out: known and of no interest' }) service?: string;
  @TextField({ max: 80, optional: true, about: 'Our region; left out: everywhere' }) region?: string;
}

export class LevelsDto {
  @TextField({ max: 40, optional: true, about: 'Share of a service lost when a feed says "partly"', example: '1/2' }) partial?: string;
  @TextField({ max: 40, optional: true, about: 'The same for "degraded"', example: '1/5' }) degraded?: string;
  @TextField({ max: 40, optional: true, about: 'The same for what is only mentioned; left out, it counts for nothing' }) info?: string;
}

export class SourceSettingsDto {
  @TextField({ max: 120, about: 'Stands beside every segment that comes from it', example: 'Acme status page' }) name!: string;
  @TextField({ max: 2_000, optional: true, about: 'http or https, on the public internet; left out, files are uploaded' }) url?: string;
  @IntegerField({ min: 60, max: 604_800, optional: true, about: 'Seconds between two fetches; left out, it is not fetched' }) scheduleSeconds?: number;
  @IntegerField({ min: 0, max: 86_400, about: 'Trouble no further apart is one proposal, in seconds' }) joinGapSeconds!: number;
  @IntegerField({ min: 1, max: 3_600, optional: true, about: 'Seconds between two samples of a monitor; left out, their usual distance' }) sampleSeconds?: number;
  @NestedField(() => LevelsDto, { optional: true }) levels?: LevelsDto;
  @ListField(() => MappingLineDto, { maxItems: 500 }) mapping!: MappingLineDto[];
}

export class AddSourceDto extends SourceSettingsDto {
  @ChoiceField(FEED_KINDS) kind!: FeedKind;
}

export class SwitchSourceDto {
  @ChoiceField(['on', 'off']) to!: 'on' | 'off';
}

export class ProposalsQuery extends CursorQuery {
  @ChoiceField(PROPOSAL_STATES, { optional: true }) state?: ProposalState;
  @IdField({ optional: true }) sourceId?: string;
}

export class SettledDto {
  @IdField() proposalId!: string;
  @ChoiceField(['this', 'other']) winner!: 'this' | 'other';
}

export class AcceptProposalDto {
  @TextField({ max: 80, pattern: /^[a-z0-9]+([._-][a-z0-9]+)*$/, optional: true, about: 'Code of the outage; left out, made from the source and the day' }) code?: string;
  @TextField({ max: 200, optional: true, about: 'In English; left out, as the feed says' }) title?: string;
  @TextField({ max: 500, optional: true, about: 'Of a revision; left out, the source and when it said so' }) reason?: string;
  @IdField({ optional: true, about: 'Of a new proposal: the outage that it adds to instead of making one of its own' }) revisesOutageId?: string;
  @NestedField(() => LevelsDto, { optional: true, about: 'Beside those of the source' }) levels?: LevelsDto;
  @ListField(() => SettledDto, { maxItems: 100, optional: true, about: 'Of each proposal that disagrees, who is believed' }) settled?: SettledDto[];
}

export class DeclineProposalDto {
  @TextField({ max: 500, about: 'Why' }) reason!: string;
}
