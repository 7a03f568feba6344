import { ChoiceField, IdField, InstantField, IntegerField, ListField, NestedField, TextField, TextListField } from '../../../platform/http/fields.js';
import { TEXT_KINDS, type TextKind } from '../schemes.rules.js';

const LANGUAGES = ['en', 'ko', 'fr'] as const;

export class SchemeTitleDto {
  @TextField({ max: 200, example: 'Card payment outage of 13 October' }) en!: string;
  @TextField({ max: 200, optional: true }) ko?: string;
  @TextField({ max: 200, optional: true }) fr?: string;
}

export class SchemeContactDto {
  @TextField({ max: 200, example: 'Merchant care' }) name!: string;
  @TextField({ max: 200, optional: true, example: 'care@operator.example' }) email?: string;
  @TextField({ max: 60, optional: true }) phone?: string;
  @TextField({ max: 500, optional: true, about: 'Where private persons turn to' }) privatePersons?: string;
}

export class TargetDaysDto {
  @IntegerField({ min: 0, max: 3_660, optional: true }) acknowledge?: number;
  @IntegerField({ min: 0, max: 3_660, optional: true }) assess?: number;
  @IntegerField({ min: 0, max: 3_660, optional: true }) decide?: number;
  @IntegerField({ min: 0, max: 3_660, optional: true }) pay?: number;
}

export class SchemeTextDto {
  @ChoiceField(TEXT_KINDS) kind!: TextKind;
  @ChoiceField(LANGUAGES) language!: string;
  @TextField({ max: 20_000, min: 0, about: 'An acceptance names it by its hash; an empty release takes the release back' }) body!: string;
}

export class PlanSchemeDto {
  @TextField({ max: 80, pattern: /^[a-z0-9]+([._-][a-z0-9]+)*$/, example: 'card-outage-2026-10' }) code!: string;
  @NestedField(() => SchemeTitleDto) title!: SchemeTitleDto;
  @TextField({ max: 80, example: 'default-gbp' }) policyKey!: string;
  @TextListField({ maxItems: 100, minItems: 1, max: 36, about: 'Ids of confirmed outages' }) outageIds!: string[];
  @IdField({ optional: true }) fundId?: string;
  @TextField({ max: 60, about: 'IANA zone in which its days are counted', example: 'Europe/London' }) zone!: string;
  @InstantField() opensAt!: string;
  @InstantField({ about: 'Exclusive; extensions move it later' }) closesAt!: string;
  @IntegerField({ min: 0, max: 366, optional: true, about: 'Days after closing in which a draft can still be filed, marked late' }) graceDays?: number;
  @NestedField(() => SchemeContactDto) contact!: SchemeContactDto;
  @NestedField(() => TargetDaysDto, { optional: true }) targetDays?: TargetDaysDto;
  @ListField(() => SchemeTextDto, { maxItems: 12, optional: true }) texts?: SchemeTextDto[];
}

export class EditSchemeDto {
  @NestedField(() => SchemeTitleDto, { optional: true }) title?: SchemeTitleDto;
  @IdField({ optional: true }) fundId?: string;
  @NestedField(() => SchemeContactDto, { optional: true }) contact?: SchemeContactDto;
  @NestedField(() => TargetDaysDto, { optional: true }) targetDays?: TargetDaysDto;
  @ListField(() => SchemeTextDto, { maxItems: 12, optional: true, about: 'Each supersedes the text of its kind and language' }) texts?: SchemeTextDto[];
}

export class ExtendSchemeDto {
  @InstantField() closesAt!: string;
  @TextField({ max: 500 }) reason!: string;
}
