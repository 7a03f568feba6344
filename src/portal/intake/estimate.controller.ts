import { Body, Get, Param, Post } from '@nestjs/common';
import { Requires } from '../../platform/http/metadata.js';
import { unwrap } from '../../platform/http/refusal-exception.js';
import { formText } from '../shared/form-fields.form.js';
import { Pages, Visitor, type Visit } from '../shared/portal.page.js';
import { again, SeeOther, View } from '../shared/view.page.js';
import { readDeclarations } from './declarations.form.js';
import { IntakeSaves, partDigest } from './intake-saves.service.js';
import { IntakeSheets, type IntakeSheet } from './intake-sheet.service.js';
import { LossPages } from './loss-page.service.js';

/** What the claim would come to, with its whole working, and the ways the policy lets one choose among. */
@Pages('claims/:reference')
export class EstimateController {
  constructor(private readonly sheets: IntakeSheets, private readonly losses: LossPages, private readonly saves: IntakeSaves) {}

  @Get('estimate')
  @Requires('claim.file', 'merchant')
  async estimate(@Visitor() visit: Visit, @Param('reference') reference: string): Promise<View> {
    return new View('intake/estimate.njk', await this.#page(visit, unwrap(await this.sheets.of(visit, reference))));
  }

  @Post('method')
  @Requires('claim.file', 'merchant')
  async choose(@Visitor() visit: Visit, @Param('reference') reference: string, @Body() body: unknown): Promise<View | SeeOther> {
    const sheet = unwrap(await this.sheets.of(visit, reference));
    const page = await this.#page(visit, sheet);
    const [input, value] = [formText(body, 'input', 80), formText(body, 'value', 200)];
    const option = page.methods.find((method) => method.input === input)?.options.find((one) => one.value === value);
    if (option === undefined) return again('intake/estimate.njk', page, { code: 'intake.choice_missing', params: {}, pointer: '/methods' });
    const answer = option.answer;
    const saved = await this.saves.save(visit, () => this.sheets.of(visit, reference), {
      of: ({ answers }) => answers[input], wanted: () => answer, seen: formText(body, 'seen', 40), declarations: readDeclarations(body),
      changes: new Map(sheet.claims.map(({ row }) => [row.reference, { answers: { [input]: answer } }])),
    });
    if (!saved.ok) return again('intake/estimate.njk', page, saved.refusal);
    if (saved.value === 'conflict') return again('intake/estimate.njk', await this.#page(visit, unwrap(await this.sheets.of(visit, reference))), { code: 'intake.changed_meanwhile', params: {}, pointer: '/methods' }, 409);
    return new SeeOther(`/${visit.language}/claims/${reference}/estimate`);
  }

  async #page(visit: Visit, sheet: IntakeSheet) {
    const page = unwrap(await this.losses.of(visit, sheet));
    const seen = Object.fromEntries(page.methods.map(({ input }) => [input, partDigest(sheet.claims, ({ answers }) => answers[input])]));
    return { sheet, seen, ...page };
  }
}
