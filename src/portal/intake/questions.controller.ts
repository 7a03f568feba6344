import { Body, Get, Param, Post, Query } from '@nestjs/common';
import { currency } from '../../core/money/index.js';
import { refuse, ok, type Refusal, type Result } from '../../core/errors/index.js';
import { Requires } from '../../platform/http/metadata.js';
import { RefusalException, unwrap } from '../../platform/http/refusal-exception.js';
import type { DraftChange } from '../../modules/claims/index.js';
import { formText } from '../shared/form-fields.form.js';
import { Pages, Visitor, type Visit } from '../shared/portal.page.js';
import { again, SeeOther, View } from '../shared/view.page.js';
import { readTyped, typedIn } from './answer.form.js';
import { fieldNames, type Typed } from './controls.rules.js';
import { readDeclarations, typedDeclarations } from './declarations.form.js';
import { IntakeSaves, partDigest } from './intake-saves.service.js';
import { IntakeSheets, type IntakeSheet } from './intake-sheet.service.js';
import { IntakeViews } from './intake-views.service.js';
import { groundOf, prefixesOf, questionView, type Showing } from './question-view.rules.js';
import type { Question } from './questions.rules.js';

type More = Pick<Showing, 'typed' | 'isConflict' | 'moreLines'>;

/** One question of the policy a page, for all the claims that are filled in together. */
@Pages('claims/:reference/answers')
export class QuestionsController {
  constructor(private readonly sheets: IntakeSheets, private readonly views: IntakeViews, private readonly saves: IntakeSaves) {}

  @Get(':name')
  @Requires('claim.file', 'merchant')
  async ask(@Visitor() visit: Visit, @Param('reference') reference: string, @Param('name') name: string, @Query() query: unknown): Promise<View> {
    const sheet = unwrap(await this.sheets.of(visit, reference));
    return new View('intake/question.njk', { ...await this.#page(visit, sheet, questionIn(sheet, name)), back: formText(query, 'back', 10) });
  }

  @Post(':name')
  @Requires('claim.file', 'merchant')
  async answer(@Visitor() visit: Visit, @Param('reference') reference: string, @Param('name') name: string, @Body() body: unknown): Promise<View | SeeOther> {
    const sheet = unwrap(await this.sheets.of(visit, reference));
    const question = questionIn(sheet, name);
    const places = prefixesOf(question, sheet.claims);
    const typed = new Map(places.map(({ prefix }) => [prefix, typedIn(body, prefix, question.input)]));
    const kept = { back: formText(body, 'back', 10), declared: typedDeclarations(body) };
    const lines = Number.parseInt(formText(body, 'lines', 3), 10) || 0;
    if (formText(body, 'more', 5) !== '') return new View('intake/question.njk', { ...await this.#page(visit, sheet, question, { typed, moreLines: lines + 5 }), ...kept });
    const read = readAll(question, sheet, typed, visit);
    if (!read.ok) return again('intake/question.njk', { ...await this.#page(visit, sheet, question, { typed, moreLines: lines }), ...kept }, read.refusal);
    const saved = await this.saves.save(visit, () => this.sheets.of(visit, reference), {
      of: ({ answers }) => answers[name], seen: formText(body, 'seen', 40), declarations: readDeclarations(body),
      wanted: (row) => read.value.get(row.reference), changes: changesOf(name, read.value),
    });
    if (!saved.ok) return again('intake/question.njk', { ...await this.#page(visit, sheet, question, { typed, moreLines: lines }), ...kept }, saved.refusal);
    if (saved.value === 'saved') return this.#next(visit, sheet, question, kept.back);
    const now = unwrap(await this.sheets.of(visit, reference));
    return new View('intake/question.njk', { ...await this.#page(visit, now, question, { typed, isConflict: true, moreLines: lines }), ...kept, isConflict: true }, [], 409);
  }

  async #page(visit: Visit, sheet: IntakeSheet, question: Question, more: More = {}): Promise<object> {
    const asked = questionView({ question, claims: sheet.claims, currency: currency(sheet.document.currency), ...more }, this.views.speaking(visit));
    const inGroup = sheet.questions.filter(({ group }) => group === question.group);
    return {
      sheet, question: asked, seen: partDigest(sheet.claims, ({ answers }) => answers[question.name]), estimate: await this.views.estimate(visit, sheet),
      step: { at: inGroup.findIndex(({ name }) => name === question.name) + 1, of: inGroup.length }, zones: [...new Set(sheet.claims.map(({ site }) => site.zone))],
    };
  }

  /** On to the next question of the same part, and from its last one to the list; a change leads back to where it was asked for. */
  #next({ language }: Visit, { mode, lead, questions }: IntakeSheet, { name, group }: Question, back: string): SeeOther {
    const at = `/${language}/claims/${lead.row.reference}`;
    if (mode !== 'draft') return new SeeOther(`${at}?done=${mode === 'correct' ? 'corrected' : 'amended'}`);
    if (back === 'check') return new SeeOther(`${at}/check#answers-${name}`);
    const inGroup = questions.filter((question) => question.group === group);
    const next = inGroup[inGroup.findIndex((question) => question.name === name) + 1];
    return new SeeOther(next === undefined ? `${at}/tasks?saved=1` : `${at}/answers/${next.name}`);
  }
}

function questionIn({ questions }: IntakeSheet, name: string): Question {
  const found = questions.find((question) => question.name === name);
  if (found === undefined) throw new RefusalException({ code: 'http.not_found', params: {} });
  return found;
}

const changesOf = (name: string, answers: ReadonlyMap<string, unknown>): ReadonlyMap<string, DraftChange> =>
  new Map([...answers].map(([reference, value]) => [reference, { answers: { [name]: value } }]));

/** What was typed for each site, or once for all of them; every fault of every site in one pass. */
function readAll(question: Question, { claims, document }: IntakeSheet, typed: ReadonlyMap<string, Typed>, { language }: Visit): Result<ReadonlyMap<string, unknown>> {
  const answers = new Map<string, unknown>();
  const causes: Refusal[] = [];
  for (const { prefix, claim } of prefixesOf(question, claims)) {
    const read = readTyped(typed.get(prefix) ?? {}, question.input, groundOf(claim, currency(document.currency), language));
    if (!read.ok) causes.push(...(read.refusal.causes ?? [read.refusal]).map((cause) => ({ ...cause, pointer: `/${prefix}-${(cause.pointer ?? '/value').slice(1)}` })));
    else for (const one of prefix === 'all' ? claims : [claim]) answers.set(one.row.reference, read.value);
  }
  const [first] = causes;
  return first === undefined ? answeredAtAll(question, claims, answers) : refuse(first.code, first.params, { causes });
}

/** A question that must be answered is answered for some place at least; the rest can wait. */
function answeredAtAll(question: Question, claims: IntakeSheet['claims'], answers: ReadonlyMap<string, unknown>): Result<ReadonlyMap<string, unknown>> {
  const mustBe = question.input.required && question.group !== 'sales';
  if (!mustBe || [...answers.values()].some((answer) => answer !== null)) return ok(answers);
  const [place] = prefixesOf(question, claims);
  return refuse('intake.answer_required', {}, { pointer: `/${place?.prefix ?? 'all'}-${fieldNames(question.input, 1)[0] ?? 'value'}` });
}
