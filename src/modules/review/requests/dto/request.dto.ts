import { LANGUAGES, type Language } from '../../../../core/policy/index.js';
import { ChoiceField, DateField, IntegerField, ListField, MapField, NestedField, TextField } from '../../../../platform/http/fields.js';
import { ITEM_KINDS, OUTCOMES, type ItemKind, type ItemOutcome } from '../request-catalogue.rules.js';

export class AskedItemDto {
  @ChoiceField(ITEM_KINDS)
  kind!: ItemKind;

  @TextField({ max: 80, optional: true, about: 'Of evidence its kind, of an answer the input of the policy, of an explanation what it is about; GET lists them under `askable`' })
  subject?: string;

  @DateField({ optional: true, about: 'Of sales records: the first day they are to speak for, at the place of business' })
  fromOn?: string;

  @DateField({ optional: true, about: 'The last day, counted too' })
  toOn?: string;
}

export class NoteDto {
  @TextField({ max: 2_000 })
  text!: string;

  @ChoiceField(LANGUAGES, { about: 'The language it is written in' })
  language!: Language;
}

export class InformationRequestDto {
  @ListField(() => AskedItemDto, { maxItems: 20, minItems: 1 })
  items!: AskedItemDto[];

  @DateField({ about: 'The last day for an answer at the place of business, 3 to 60 days ahead' })
  dueOn!: string;

  @NestedField(() => NoteDto, { optional: true, about: 'A word beside the items' })
  note?: NoteDto;
}

export class AskAgainDto {
  @DateField({ about: 'The new last day for an answer' })
  dueOn!: string;
}

export class ReplyDto {
  @IntegerField({ min: 1, max: 20, about: 'Number of the item' })
  n!: number;

  @ChoiceField(OUTCOMES, { about: 'given: it is there, or stands in `answers` or `text`; cannot: with the reason as text' })
  outcome!: ItemOutcome;

  @TextField({ max: 2_000, optional: true, about: 'An explanation, or why it cannot be given' })
  text?: string;
}

export class InformationAnswerDto {
  @ListField(() => ReplyDto, { maxItems: 20, minItems: 1 })
  items!: ReplyDto[];

  @MapField({ optional: true, about: 'Answers to the inputs that were to be checked again, by name; those left out stay as they are' })
  answers?: Record<string, unknown>;
}
