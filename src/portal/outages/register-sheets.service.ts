import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { unwrap } from '../../platform/http/refusal-exception.js';
import { People } from '../../modules/identity/index.js';
import { ImportQueries, RegisterQueries, type OutageSnapshot, type OutageView, type PointOfView } from '../../modules/outages/index.js';
import type { Visit } from '../shared/portal.page.js';
import { contentIn, OutageForms } from './outage-forms.service.js';

const MOST_RIVALS = 200;

/** What the pages of the register show. */
@Injectable()
export class RegisterSheets {
  constructor(
    private readonly database: Database,
    private readonly register: RegisterQueries,
    private readonly imports: ImportQueries,
    private readonly people: People,
    private readonly forms: OutageForms,
  ) {}

  outage({ ctx }: Visit, id: string): Promise<OutageView> {
    return this.register.outage(this.database.reader, ctx.actor, id).then(unwrap);
  }

  /** One outage as it stands or stood, with everything that was written about it and by whom. */
  async sheet(visit: Visit, id: string, view: PointOfView | undefined) {
    const { reader } = this.database;
    const [outage, zone] = [await this.outage(visit, id), await this.forms.zoneOf(id)];
    const registerVersion = unwrap(await this.register.versionOf(reader, view ?? {}));
    const past = view === undefined ? undefined : await this.register.outageAsOf(reader, id, { registerVersion });
    const shown: OutageView | OutageSnapshot = past?.ok === true ? past.value : outage;
    const [revisions, entries] = [unwrap(await this.register.revisions(reader, visit.ctx.actor, id)), await this.register.entries(reader, visit.ctx.actor, id)];
    const writers = await this.register.writersOf(reader, visit.ctx.actor, id);
    const names = await this.people.names([...writers.values(), ...entries.flatMap(({ proposedBy, recordedBy }) => [proposedBy, recordedBy])]);
    const { actor } = visit.ctx;
    const rivals = (await this.imports.rivals(id)).filter(({ revision }) => revision <= shown.revision);
    return {
      rivals: rivals.slice(0, MOST_RIVALS), rivalsCut: rivals.length > MOST_RIVALS ? MOST_RIVALS : undefined,
      outage, shown, zone, registerVersion, notThen: past?.ok === false ? past.refusal : undefined, isPast: view !== undefined,
      revisions: revisions.map((revision) => ({ ...revision, by: names.get(writers.get(revision.number) ?? '') ?? '' })),
      entries: entries.map((entry) => ({ ...entry, wrote: names.get(entry.proposedBy) ?? '', recorded: names.get(entry.recordedBy) ?? '' })),
      isOwnDraft: outage.state === 'draft' && actor.kind === 'user' && writers.get(outage.revision) === actor.userId,
      strip: this.forms.strip(visit, contentIn(shown), zone, await this.forms.services()),
    };
  }
}
