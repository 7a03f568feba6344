import { Body, Get, Param, ParseUUIDPipe, Post, Query } from '@nestjs/common';
import type { Refusal, Result } from '../../core/errors/index.js';
import { Database } from '../../platform/database/database.js';
import { Requires } from '../../platform/http/metadata.js';
import { RefusalException, unwrap } from '../../platform/http/refusal-exception.js';
import { Amendments, ChangeQueries } from '../../modules/changes/index.js';
import { ClaimQueries, type ClaimDetail } from '../../modules/claims/index.js';
import { contentView, RegisterQueries, SEGMENT_STATES, type OutageView } from '../../modules/outages/index.js';
import { SchemeQueries } from '../../modules/schemes/index.js';
import { formText, formVersion } from '../shared/form-fields.form.js';
import { Pages, Visitor, type Visit } from '../shared/portal.page.js';
import { again, SeeOther, View } from '../shared/view.page.js';
import { amendmentForm, BLANK_LINES, contentOf, readAmendmentForm, type AmendmentForm } from './amendment.form.js';

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

/** Amendments of the register: their lines, in a table that needs no script. */
@Pages('changes')
export class AmendmentPagesController {
  constructor(
    private readonly database: Database,
    private readonly amendments: Amendments,
    private readonly queries: ChangeQueries,
    private readonly register: RegisterQueries,
    private readonly claims: ClaimQueries,
    private readonly schemes: SchemeQueries,
  ) {}

  /** Of an outage; from a claim, with the stretch it contests and the claim as the reason. Without an outage, which one. */
  @Get('amendments/new')
  @Requires('outage.amend')
  async writing(@Visitor() visit: Visit, @Query() query: Record<string, unknown>): Promise<View> {
    const reference = formText(query, 'claim', 40);
    const claim = reference === '' ? undefined : unwrap(await this.claims.byReference(visit.ctx, reference));
    const outages = await this.#outages(claim);
    const asked = formText(query, 'outage', 40);
    const chosen = asked === '' && outages.length === 1 ? outages[0]?.id : asked;
    if (chosen === undefined || chosen === '') return new View('changes/amend-which.njk', { outages, claim: reference });
    const outage = await this.#outage(visit, chosen);
    const form = amendmentForm(outage, claim === undefined ? '' : `${claim.reference}: `);
    return this.#view({ outage, version: outage.version, claim: reference, form: claim === undefined ? form : { ...form, segments: [...form.segments, ...contested(claim)] } });
  }

  @Post('amendments')
  @Requires('outage.amend')
  async propose(@Visitor() visit: Visit, @Body() body: unknown): Promise<View | SeeOther> {
    const outage = await this.#outage(visit, formText(body, 'outage', 40));
    const [reference, form] = [formText(body, 'claim', 40), readAmendmentForm(body)];
    const claim = reference === '' ? undefined : unwrap(await this.claims.byReference(visit.ctx, reference));
    const content = contentOf(form);
    const proposed = content.ok
      ? await this.amendments.propose(visit.ctx, { outageId: outage.id, version: formVersion(body), reason: form.reason, content: content.value, ...(claim === undefined ? {} : { fromClaimId: claim.id }) })
      : content;
    if (proposed.ok) return new SeeOther(`/${visit.language}/changes/${proposed.value.id}?done=proposed`);
    return this.#again({ outage, version: outage.version, form, claim: reference }, proposed);
  }

  @Get(':id/lines')
  @Requires('outage.amend')
  async rewriting(@Visitor() visit: Visit, @Param('id', ParseUUIDPipe) id: string): Promise<View> {
    return this.#view(await this.#written(visit, id));
  }

  @Post(':id/lines')
  @Requires('outage.amend')
  async rewrite(@Visitor() visit: Visit, @Param('id', ParseUUIDPipe) id: string, @Body() body: unknown): Promise<View | SeeOther> {
    const form = readAmendmentForm(body);
    const content = contentOf(form);
    const rewritten = content.ok ? await this.amendments.rewrite(visit.ctx, id, formVersion(body), { reason: form.reason, content: content.value }) : content;
    if (rewritten.ok) return new SeeOther(`/${visit.language}/changes/${id}?done=rewritten`);
    return this.#again({ ...await this.#written(visit, id), form }, rewritten);
  }

  async #written(visit: Visit, id: string): Promise<Sheet> {
    const { reader } = this.database;
    const amendment = unwrap(await this.queries.amendment(reader, id));
    const { version } = unwrap(await this.queries.get(reader, id));
    return { outage: await this.#outage(visit, amendment.outageId), version, form: amendmentForm(contentView(amendment.after), amendment.reason), claim: '', changeId: id };
  }

  async #outage({ ctx }: Visit, id: string): Promise<OutageView> {
    if (!UUID.test(id)) throw new RefusalException(MISSING);
    const outage = unwrap(await this.register.outage(this.database.reader, ctx.actor, id));
    if (outage.state === 'draft') throw new RefusalException(MISSING);
    return outage;
  }

  async #outages(claim: ClaimDetail | undefined): Promise<{ id: string; title: Readonly<Record<string, string>>; code: string }[]> {
    const { reader } = this.database;
    const all = await this.register.page(reader, { registerVersion: await this.register.registerVersion(reader), limit: MOST_OUTAGES });
    const scheme = claim === undefined ? undefined : await this.schemes.get(reader, claim.schemeId);
    return scheme?.ok === true ? all.filter(({ id }) => scheme.value.outageIds.includes(id)) : all;
  }

  #view(sheet: Sheet, faults: readonly Refusal[] = [], status = 200): View {
    return new View('changes/amend.njk', { ...sheet, blanks: BLANK_LINES, states: SEGMENT_STATES }, faults, status);
  }

  #again(sheet: Sheet, { refusal }: Extract<Result<unknown>, { ok: false }>): View {
    return again('changes/amend.njk', { ...sheet, blanks: BLANK_LINES, states: SEGMENT_STATES }, refusal, refusal.causes === undefined ? 409 : 422);
  }
}

/** What a claim says was down, as lines to be looked at. */
const contested = ({ services, window, reference, objections }: ClaimDetail): AmendmentForm['segments'] => {
  const named = objections.findLast((one) => one.contested !== undefined)?.contested;
  const stretches = named === undefined ? services.map((service) => ({ service, from: window.from, to: window.to })) : [named];
  return stretches.map(({ service, from, to }) => ({ service, region: '*', from, to, state: 'down', level: '', notice: '', source: `claim ${reference}`, evidence: '' }));
};
