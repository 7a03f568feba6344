import { Body, Get, Param, Post, Query } from '@nestjs/common';
import { Requires } from '../../platform/http/metadata.js';
import { unwrap } from '../../platform/http/refusal-exception.js';
import { ClaimFilings, ClaimSubmission } from '../../modules/claims/index.js';
import { formChoices, formText, formVersion } from '../shared/form-fields.form.js';
import { Pages, Visitor, type Visit } from '../shared/portal.page.js';
import { again, SeeOther, View } from '../shared/view.page.js';
import { readDeclarations, typedDeclarations } from './declarations.form.js';
import { IntakeSaves, partDigest } from './intake-saves.service.js';
import { IntakeSheets, type IntakeSheet } from './intake-sheet.service.js';
import { IntakeViews } from './intake-views.service.js';
import { FilingStarts } from './filing-starts.service.js';
import { readWindow, typedWindow, windowIn } from './window.form.js';

/** The task list of a claim, and the two things every claim says: what stopped working, and when. */
@Pages('claims/:reference')
export class TasksController {
  constructor(
    private readonly sheets: IntakeSheets,
    private readonly views: IntakeViews,
    private readonly saves: IntakeSaves,
    private readonly starts: FilingStarts,
    private readonly filings: ClaimFilings,
    private readonly submission: ClaimSubmission,
  ) {}

  @Get('tasks')
  @Requires('claim.file', 'merchant')
  async tasks(@Visitor() visit: Visit, @Param('reference') reference: string, @Query('saved') saved: string | undefined): Promise<View | SeeOther> {
    const sheet = unwrap(await this.sheets.of(visit, reference));
    if (sheet.mode === 'closed') return new SeeOther(`/${visit.language}/claims/${reference}`);
    return new View('intake/tasks.njk', { ...await this.#tasksPage(visit, sheet), saved: saved !== undefined });
  }

  async #tasksPage(visit: Visit, sheet: IntakeSheet): Promise<object> {
    return {
      sheet, tasks: this.views.tasks(visit, sheet), clashes: await this.views.inTheWay(visit, sheet), estimate: await this.views.estimate(visit, sheet),
      answersLeft: this.views.answers(visit, sheet).filter(({ state }) => state === 'to_do').length,
    };
  }

  /** What the operator opened, sent with what was brought to it and no other answer. */
  @Post('correction')
  @Requires('claim.file', 'merchant')
  async correct(@Visitor() visit: Visit, @Param('reference') reference: string, @Body() body: unknown): Promise<View | SeeOther> {
    const sheet = unwrap(await this.sheets.of(visit, reference));
    const at = `/${visit.language}/claims/${reference}`;
    if (sheet.mode !== 'correct') return new SeeOther(at);
    const declarations = readDeclarations(body);
    const corrected = declarations.ok ? await this.submission.correct(visit.ctx, sheet.lead.row.id, formVersion(body), declarations.value, {}) : declarations;
    if (corrected.ok) return new SeeOther(`${at}?done=corrected`);
    const page = { ...await this.#tasksPage(visit, sheet), typed: typedDeclarations(body) };
    return again('intake/tasks.njk', page, corrected.refusal, corrected.refusal.pointer === undefined ? 409 : 422);
  }

  @Get('services')
  @Requires('claim.file', 'merchant')
  async services(@Visitor() visit: Visit, @Param('reference') reference: string): Promise<View> {
    return new View('intake/services.njk', await this.#servicesPage(visit, unwrap(await this.sheets.of(visit, reference))));
  }

  @Post('services')
  @Requires('claim.file', 'merchant')
  async saveServices(@Visitor() visit: Visit, @Param('reference') reference: string, @Body() body: unknown): Promise<View | SeeOther> {
    const sheet = unwrap(await this.sheets.of(visit, reference));
    const chosen = formChoices(body, 'services', sheet.scheme.services);
    const page = { ...await this.#servicesPage(visit, sheet), chosen, declared: typedDeclarations(body) };
    if (chosen.length === 0) return again('intake/services.njk', page, { code: 'intake.services_missing', params: {}, pointer: '/services' });
    const wanted = [...chosen].sort();
    const saved = await this.saves.save(visit, () => this.sheets.of(visit, reference), {
      of: ({ services }) => services, wanted: () => wanted, seen: formText(body, 'seen', 40), declarations: readDeclarations(body),
      changes: new Map(sheet.claims.map(({ row }) => [row.reference, { services: wanted }])),
    });
    if (!saved.ok) return again('intake/services.njk', page, saved.refusal);
    if (saved.value === 'saved') return this.#next(visit, sheet, 'window');
    return new View('intake/services.njk', { ...await this.#servicesPage(visit, unwrap(await this.sheets.of(visit, reference))), chosen, isConflict: true }, [], 409);
  }

  async #servicesPage(visit: Visit, sheet: IntakeSheet): Promise<object> {
    return {
      sheet, all: await this.sheets.servicesOf(sheet), chosen: sheet.lead.row.services, stored: sheet.lead.row.services,
      seen: partDigest(sheet.claims, ({ services }) => services), estimate: await this.views.estimate(visit, sheet),
    };
  }

  @Get('window')
  @Requires('claim.file', 'merchant')
  async window(@Visitor() visit: Visit, @Param('reference') reference: string): Promise<View> {
    return new View('intake/window.njk', await this.#windowPage(visit, unwrap(await this.sheets.of(visit, reference))));
  }

  @Post('window')
  @Requires('claim.file', 'merchant')
  async saveWindow(@Visitor() visit: Visit, @Param('reference') reference: string, @Body() body: unknown): Promise<View | SeeOther> {
    const sheet = unwrap(await this.sheets.of(visit, reference));
    const typed = windowIn(body);
    const page = { ...await this.#windowPage(visit, sheet), typed, declared: typedDeclarations(body) };
    const window = readWindow(typed, sheet.lead.site.zone);
    if (!window.ok) return again('intake/window.njk', page, window.refusal);
    const saved = await this.saves.save(visit, () => this.sheets.of(visit, reference), {
      of: (row) => row.window, wanted: () => window.value, seen: formText(body, 'seen', 40), declarations: readDeclarations(body),
      changes: new Map(sheet.claims.map(({ row }) => [row.reference, { window: window.value }])),
    });
    if (!saved.ok) return again('intake/window.njk', page, saved.refusal);
    if (saved.value === 'saved') return this.#next(visit, sheet, sheet.questions[0] === undefined ? 'tasks' : `answers/${sheet.questions[0].name}`);
    return new View('intake/window.njk', { ...await this.#windowPage(visit, unwrap(await this.sheets.of(visit, reference))), typed, isConflict: true }, [], 409);
  }

  async #windowPage(visit: Visit, sheet: IntakeSheet): Promise<object> {
    return {
      sheet, typed: typedWindow(sheet.lead.row.window, sheet.lead.site.zone), announced: await this.starts.announced(sheet.scheme),
      seen: partDigest(sheet.claims, ({ window }) => window), estimate: await this.views.estimate(visit, sheet),
    };
  }

  /** A sent claim goes back to its page: there is nothing left to fill in. */
  #next({ language }: Visit, { mode, lead }: IntakeSheet, page: string): SeeOther {
    const at = `/${language}/claims/${lead.row.reference}`;
    return new SeeOther(mode === 'draft' ? `${at}/${page}` : `${at}?done=${mode === 'correct' ? 'corrected' : 'amended'}`);
  }

  @Post('policy')
  @Requires('claim.file', 'merchant')
  async sawPolicy(@Visitor() visit: Visit, @Param('reference') reference: string): Promise<SeeOther> {
    const sheet = unwrap(await this.sheets.of(visit, reference));
    unwrap(await this.filings.sawPolicy(visit.ctx, sheet.lead.row.id, sheet.policy.id));
    return new SeeOther(`/${visit.language}/claims/${reference}/tasks`);
  }
}
