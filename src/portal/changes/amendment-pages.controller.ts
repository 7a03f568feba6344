import { Body, Get, Param, ParseUUIDPipe, Post, Query } from '@nestjs/common';
import type { Refusal } from '../../core/errors/index.js';
import { Database } from '../../platform/database/database.js';
import { Requires } from '../../platform/http/metadata.js';
import { RefusalException, unwrap } from '../../platform/http/refusal-exception.js';
import { Amendments, ChangeQueries } from '../../modules/changes/index.js';
import { ClaimQueries, type ClaimDetail } from '../../modules/claims/index.js';
import { EVERYWHERE, RegisterQueries, type ContentView, type OutageView, type RevisionContent } from '../../modules/outages/index.js';
import { SchemeQueries } from '../../modules/schemes/index.js';
import { contentIn, OutageForms } from '../outages/outage-forms.service.js';
import { outageForm, steppedRows, tooLong } from '../outages/outage.form.js';
import { formText, formVersion } from '../shared/form-fields.form.js';
import { Pages, Visitor, type Visit } from '../shared/portal.page.js';
import { again, SeeOther, View } from '../shared/view.page.js';
import { amendmentOf, readAmendmentForm, saidBy, type AmendmentForm } from './amendment.form.js';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const MOST_OUTAGES = 50;
const MISSING = { code: 'http.not_found', params: {} } as const;

/** What the form stands for: a new amendment of an outage, or one that is written anew. */
interface Sheet {
  readonly outage: OutageView;
  readonly version: number;
  readonly form: AmendmentForm;
  readonly claim: string;
  readonly changeId?: string;
}

/** What is stored where the form would be stored: shown to somebody who was overtaken. */
interface Stored {
  readonly content: RevisionContent;
  readonly version: number;
  readonly reason?: string;
}

/** Amendments of the register: the rows of the editor of drafts, under the outage as it is recorded. */
@Pages('changes')
export class AmendmentPagesController {
  constructor(
    private readonly database: Database,
    private readonly amendments: Amendments,
    private readonly queries: ChangeQueries,
    private readonly register: RegisterQueries,
    private readonly claims: ClaimQueries,
    private readonly schemes: SchemeQueries,
    private readonly forms: OutageForms,
  ) {}

  /** Of an outage; from a claim, with the stretch it contests and the claim as the reason. Without an outage, which one. */
  @Get('amendments/new')
  @Requires('outage.amend')
  async writing(@Visitor() visit: Visit, @Query() query: Record<string, unknown>): Promise<View> {
    const claim = await this.#claim(visit, query);
    const reference = claim?.reference ?? '';
    const outages = await this.#outages(claim);
    const asked = formText(query, 'outage', 40);
    const chosen = asked === '' && outages.length === 1 ? outages[0]?.id : asked;
    if (chosen === undefined || chosen === '') return new View('changes/amend-which.njk', { outages, claim: reference });
    const outage = await this.#outage(visit, chosen);
    const content = contentIn({ ...outage, segments: [...outage.segments, ...(claim === undefined ? [] : contested(claim))] });
    fits(content, amending(outage.id));
    const form = await this.#begun(content, outage.id, reference === '' ? '' : `${reference}: `);
    return this.#page(visit, { outage, version: outage.version, claim: reference, form });
  }

  @Post('amendments')
  @Requires('outage.amend')
  async propose(@Visitor() visit: Visit, @Body() body: unknown): Promise<View | SeeOther> {
    const outage = await this.#outage(visit, formText(body, 'outage', 40));
    const claim = await this.#claim(visit, body);
    const sheet: Sheet = { outage, version: formVersion(body), form: readAmendmentForm(body), claim: claim?.reference ?? '' };
    const stepped = this.#stepped(visit, sheet, body);
    if (stepped !== undefined) return stepped;
    const content = amendmentOf(sheet.form);
    const proposed = content.ok
      ? await this.amendments.propose(visit.ctx, { outageId: outage.id, version: sheet.version, reason: sheet.form.reason, content: content.value, ...(claim === undefined ? {} : { fromClaimId: claim.id }) })
      : content;
    if (proposed.ok) return new SeeOther(`/${visit.language}/changes/${proposed.value.id}?done=proposed`);
    return this.#again(visit, sheet, { content: contentIn(outage), version: outage.version }, proposed.refusal);
  }

  @Get(':id/lines')
  @Requires('outage.amend')
  async rewriting(@Visitor() visit: Visit, @Param('id', ParseUUIDPipe) id: string): Promise<View> {
    const { outage, stored } = await this.#written(visit, id);
    const form = await this.#begun(stored.content, outage.id, stored.reason);
    return this.#page(visit, { outage, version: stored.version, form, claim: '', changeId: id });
  }

  @Post(':id/lines')
  @Requires('outage.amend')
  async rewrite(@Visitor() visit: Visit, @Param('id', ParseUUIDPipe) id: string, @Body() body: unknown): Promise<View | SeeOther> {
    const { outage, stored } = await this.#written(visit, id);
    const sheet: Sheet = { outage, version: formVersion(body), form: readAmendmentForm(body), claim: '', changeId: id };
    const stepped = this.#stepped(visit, sheet, body);
    if (stepped !== undefined) return stepped;
    const content = amendmentOf(sheet.form);
    const rewritten = content.ok ? await this.amendments.rewrite(visit.ctx, id, sheet.version, { reason: sheet.form.reason, content: content.value }) : content;
    if (rewritten.ok) return new SeeOther(`/${visit.language}/changes/${id}?done=rewritten`);
    return this.#again(visit, sheet, stored, rewritten.refusal);
  }

  async #claim({ ctx }: Visit, sent: unknown): Promise<ClaimDetail | undefined> {
    const reference = formText(sent, 'claim', 40);
    return reference === '' ? undefined : unwrap(await this.claims.byReference(ctx, reference));
  }

  async #written(visit: Visit, id: string): Promise<{ outage: OutageView; stored: Stored & { readonly reason: string } }> {
    const { reader } = this.database;
    const amendment = unwrap(await this.queries.amendment(reader, id));
    const { version } = unwrap(await this.queries.get(reader, id));
    fits(amendment.after, `PUT /v1/changes/${id}/revision`);
    return { outage: await this.#outage(visit, amendment.outageId), stored: { content: amendment.after, version, reason: amendment.reason } };
  }

  async #outage({ ctx }: Visit, id: string): Promise<OutageView> {
    if (!UUID.test(id)) throw new RefusalException(MISSING);
    const outage = unwrap(await this.register.outage(this.database.reader, ctx.actor, id));
    if (outage.state === 'draft') throw new RefusalException(MISSING);
    fits(outage, amending(id));
    return outage;
  }

  async #outages(claim: ClaimDetail | undefined): Promise<{ id: string; title: Readonly<Record<string, string>>; code: string }[]> {
    const { reader } = this.database;
    const all = await this.register.page(reader, { registerVersion: await this.register.registerVersion(reader), limit: MOST_OUTAGES });
    const scheme = claim === undefined ? undefined : await this.schemes.get(reader, claim.schemeId);
    return scheme?.ok === true ? all.filter(({ id }) => scheme.value.outageIds.includes(id)) : all;
  }

  async #begun(content: RevisionContent, outageId: string, reason: string): Promise<AmendmentForm> {
    return { reason, voids: content.scope.length === 0, rows: outageForm(content, await this.forms.zoneOf(outageId)) };
  }

  /** The page again after one of the small buttons; nothing is stored. */
  #stepped(visit: Visit, sheet: Sheet, body: unknown): Promise<View> | undefined {
    const stepped = steppedRows(sheet.form.rows, formText(body, 'do', 40));
    return stepped === undefined ? undefined : this.#page(visit, { ...sheet, form: { ...sheet.form, rows: stepped.form } }, { changed: true, ...(stepped.focus === undefined ? {} : { focus: stepped.focus }) });
  }

  async #data(visit: Visit, { form, ...sheet }: Sheet) {
    return { ...sheet, reason: form.reason, voids: form.voids, ...(await this.forms.rows(visit, form.rows, { said: saidBy(form), recorded: contentIn(sheet.outage) })) };
  }

  async #page(visit: Visit, sheet: Sheet, more: object = {}): Promise<View> {
    return new View('changes/amend.njk', { ...(await this.#data(visit, sheet)), ...more });
  }

  /** Where somebody else was quicker, what is typed stays, what is stored is drawn beside it, and sending again is a decision. */
  async #again(visit: Visit, sheet: Sheet, stored: Stored, refusal: Refusal): Promise<View> {
    const { rows } = sheet.form;
    const faults = this.forms.faults(visit, rows, refusal);
    if (refusal.code !== 'http.stale') return again('changes/amend.njk', await this.#data(visit, sheet), faults, refusal.causes === undefined && refusal.pointer === undefined ? 409 : 422);
    const meanwhile = { strip: this.forms.strip(visit, stored.content, rows.zone, await this.forms.services()), reason: stored.reason };
    return again('changes/amend.njk', { ...(await this.#data(visit, { ...sheet, version: stored.version })), meanwhile }, faults, 409);
  }
}

const amending = (outageId: string): string => `POST /v1/outages/${outageId}/amendments`;

/** Refuses what is too long for the form, naming the request of the API that takes it. */
function fits(content: Parameters<typeof tooLong>[0], request: string): void {
  const long = tooLong(content, request);
  if (long !== undefined) throw new RefusalException(long);
}

/** What a claim says was down, as lines to be looked at. */
const contested = ({ services, window, reference, objections }: ClaimDetail): ContentView['segments'] => {
  const named = objections.findLast((one) => one.contested !== undefined)?.contested;
  const stretches = named === undefined ? services.map((service) => ({ service, from: window.from, to: window.to })) : [named];
  return stretches.map((stretch) => ({ ...stretch, region: EVERYWHERE, state: 'down', source: `claim ${reference}` }));
};
