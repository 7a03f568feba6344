import { Body, Get, Param, ParseUUIDPipe, Post, Query } from '@nestjs/common';
import type { Refusal } from '../../core/errors/index.js';
import { isAllowed } from '../../platform/access/permissions.js';
import { Requires } from '../../platform/http/metadata.js';
import { unwrap } from '../../platform/http/refusal-exception.js';
import { ProposalAmendments } from '../../modules/changes/index.js';
import { ImportQueries, OutageProposals, type Acceptance } from '../../modules/outages/index.js';
import { cursorIn, formText, formVersion } from '../shared/form-fields.form.js';
import { Pages, Visitor, type Visit } from '../shared/portal.page.js';
import { again, SeeOther, View } from '../shared/view.page.js';
import { proposalDifference } from './proposal-difference.rules.js';

const ON_A_PAGE = 50;
const STATES = ['open', 'accepted', 'declined', 'superseded'] as const;
const LEVELS = ['partial', 'degraded', 'info'] as const;

/** What sources propose for the register: the list, and one held against what the register says, to accept or to decline. */
@Pages('outage-proposals')
export class ProposalPagesController {
  constructor(private readonly proposals: OutageProposals, private readonly amendments: ProposalAmendments, private readonly queries: ImportQueries) {}

  @Get()
  @Requires('outage.read_drafts')
  async list(@Query() query: Record<string, unknown>): Promise<View> {
    const { after } = cursorIn(query);
    const asked = formText(query, 'state', 12);
    const state = STATES.find((one) => one === asked) ?? 'open';
    const page = await this.queries.proposalPage({ state, limit: ON_A_PAGE, ...(after === undefined ? {} : { before: after }) });
    return new View('outages/proposals.njk', { page, state, states: STATES, paged: after !== undefined });
  }

  @Get(':id')
  @Requires('outage.read_drafts')
  async proposal(@Visitor() visit: Visit, @Param('id', ParseUUIDPipe) id: string): Promise<View> {
    return new View('outages/proposal.njk', await this.#sheet(visit, id));
  }

  @Post(':id/accept')
  @Requires('outage.edit')
  async accept(@Visitor() visit: Visit, @Param('id', ParseUUIDPipe) id: string, @Body() body: unknown): Promise<View | SeeOther> {
    const sheet = await this.#sheet(visit, id);
    const said = (name: string, limit: number): string => formText(body, name, limit).trim();
    const levels = Object.fromEntries(LEVELS.flatMap((name) => (said(name, 40) === '' ? [] : [[name, said(name, 40)]])));
    const settled = sheet.proposal.rivals.flatMap(({ proposalId }): Acceptance['settled'] => {
      const winner = said(`settled-${proposalId}`, 5);
      return winner === 'this' || winner === 'other' ? [{ proposalId, winner }] : [];
    });
    const [title, reason] = [said('title', 200), said('reason', 500)];
    const revises = sheet.beside.find(({ id: one }) => one === said('revises', 36))?.id;
    const accepted = await this.amendments.accept(visit.ctx, id, formVersion(body), { levels, settled, ...(revises === undefined ? {} : { revisesOutageId: revises }), ...(title === '' ? {} : { title }), ...(reason === '' ? {} : { reason }) });
    if (accepted.ok) return new SeeOther(`/${visit.language}/${accepted.value.changeId === undefined ? `outage-proposals/${id}` : `changes/${accepted.value.changeId}`}`);
    return this.#again({ ...sheet, typed: { title, reason, ...(revises === undefined ? {} : { revises }), ...levels } }, accepted.refusal);
  }

  @Post(':id/decline')
  @Requires('outage.edit')
  async decline(@Visitor() visit: Visit, @Param('id', ParseUUIDPipe) id: string, @Body() body: unknown): Promise<View | SeeOther> {
    const reason = formText(body, 'declined', 500).trim();
    const sheet = { ...(await this.#sheet(visit, id)), typed: { declined: reason } };
    if (reason === '') return this.#again(sheet, { code: 'portal.reason_needed', params: {}, pointer: '/declined' });
    const declined = await this.proposals.decline(visit.ctx, id, formVersion(body), reason);
    return declined.ok ? new SeeOther(`/${visit.language}/outage-proposals/${id}`) : this.#again(sheet, declined.refusal);
  }

  #again(sheet: object, refusal: Refusal): View {
    const pointer = refusal.pointer?.replace('/levels', '');
    return again('outages/proposal.njk', sheet, pointer === undefined ? refusal : { ...refusal, pointer }, pointer === undefined ? 409 : 422);
  }

  async #sheet({ ctx }: Visit, id: string) {
    const proposal = unwrap(await this.queries.proposal(id));
    const source = unwrap(await this.queries.source(proposal.source.id));
    const standing = await this.queries.standing(proposal.revisesOutageId);
    const beside = await this.queries.recordedBeside(id);
    const states = new Set(proposal.lines.map(({ state }) => state));
    return {
      proposal, source, beside, rows: proposalDifference(standing, proposal.lines, proposal.source.name), asked: LEVELS.filter((state) => states.has(state)),
      mayDecide: proposal.state === 'open' && isAllowed(ctx.actor, 'outage.edit'), typed: { ...source.levels } as Record<string, string>,
    };
  }
}
