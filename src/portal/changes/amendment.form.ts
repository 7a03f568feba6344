import { ok, refuse, type Refusal, type Result } from '../../core/errors/index.js';
import type { RevisionContent } from '../../modules/outages/index.js';
import { contentOf, readOutageForm, type OutageForm } from '../outages/outage.form.js';
import { formText } from '../shared/form-fields.form.js';

/** An amendment as it stands in the form: everything the outage would say, and why. */
export interface AmendmentForm {
  readonly reason: string;
  /** The outage is said not to have been: its rows stay in the form and count for nothing. */
  readonly voids: boolean;
  readonly rows: OutageForm;
}

export const readAmendmentForm = (body: unknown): AmendmentForm =>
  ({ reason: formText(body, 'reason', 500).trim(), voids: formText(body, 'what', 10) === 'void', rows: readOutageForm(body) });

/** What the register would say. */
export const saidBy = ({ voids, rows }: AmendmentForm): Result<RevisionContent> => (voids ? ok({ complete: true, scope: [], officialWindows: [], segments: [] }) : contentOf(rows));

/** The content of the revision, once a reason is given; every fault with the field it is about. */
export function amendmentOf(form: AmendmentForm): Result<RevisionContent> {
  const said = saidBy(form);
  if (form.reason !== '') return said;
  const faults: Refusal[] = [{ code: 'portal.field_missing', params: {}, pointer: '/reason' }, ...(said.ok ? [] : said.refusal.causes ?? [said.refusal])];
  return refuse('outages.content_faulty', { count: faults.length }, { causes: faults });
}
