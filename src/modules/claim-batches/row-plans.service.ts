import { Injectable } from '@nestjs/common';
import type { Refusal } from '../../core/errors/index.js';
import type { InputDefinition, PolicyDocument } from '../../core/policy/index.js';
import type { Reader } from '../../platform/database/tx.js';
import { MandateAssertions } from '../agents/index.js';
import { DraftChecks, type NewDraft } from '../claims/index.js';
import { PolicyQueries } from '../policies/index.js';
import { SchemeQueries, type SchemeFacts } from '../schemes/index.js';
import { KnownBusinesses } from './known-businesses.service.js';
import { asRowFault, inColumnOrder, readRow, rowRefused, yesOrNo, type Cells, type ReadRow, type RowFault } from './row-reading.rules.js';

/** A row that can be filed: what it says, and the draft it becomes once its shop is known. */
export interface RowPlan {
  readonly row: ReadRow;
  readonly draft: Omit<NewDraft, 'siteId'>;
  /** A business with an account of its own that has confirmed the agent's mandate: the row files under that. */
  readonly known?: string;
}

export type Planned = { readonly plan: RowPlan } | { readonly faults: readonly RowFault[] };

/** What many rows ask again and again, asked once a step. */
class Asked {
  readonly schemes = new Map<string, SchemeFacts | undefined>();
  readonly documents = new Map<string, PolicyDocument | undefined>();
  readonly faults = new Map<string, readonly Refusal[]>();
}

/** Reads rows and asks scheme, register and policy what they take: every fault of a row at once. Writes nothing. */
@Injectable()
export class RowPlans {
  constructor(
    private readonly schemes: SchemeQueries, private readonly policies: PolicyQueries, private readonly checks: DraftChecks, private readonly mandates: MandateAssertions,
    private readonly businesses: KnownBusinesses,
  ) {}

  /** In the order of the rows. */
  async plan(reader: Reader, agentId: string, rows: readonly Cells[]): Promise<Planned[]> {
    const asked = new Asked();
    const own = await this.mandates.ownAddresses(reader, agentId);
    const planned: Planned[] = [];
    for (const cells of rows) planned.push(await this.#one(reader, asked, own, cells));
    return this.#withKnown(reader, agentId, rows, planned);
  }

  /** Of a row that is good so far: whether its business is here already. */
  async #withKnown(reader: Reader, agentId: string, rows: readonly Cells[], planned: readonly Planned[]): Promise<Planned[]> {
    const good = planned.flatMap((one, index) => ('plan' in one ? [{ index, cells: rows[index] ?? {}, row: one.plan.row }] : []));
    const known = await this.businesses.of(reader, agentId, good);
    const at = new Map(good.map(({ index }, place) => [index, known[place]]));
    return planned.map((one, index): Planned => {
      const found = at.get(index);
      if (found === undefined || 'faults' in one) return one;
      return found === 'unasked' ? { faults: [rowRefused('batches.business_known', 'registration_number')] } : { plan: { ...one.plan, known: found.merchantId } };
    });
  }

  async #one(reader: Reader, asked: Asked, own: ReadonlySet<string>, cells: Cells): Promise<Planned> {
    const read = readRow(cells);
    if ('faults' in read) return read;
    const { row } = read;
    const faults: RowFault[] = own.has(row.contact.email) ? [rowRefused('agents.contact_is_agent', 'contact_email')] : [];
    const scheme = await once(asked.schemes, row.scheme, () => this.#scheme(reader, row.scheme));
    if (scheme === undefined) return { faults: inColumnOrder([...faults, rowRefused('batches.scheme_unknown', 'scheme', { scheme: row.scheme })]) };
    const document = await once(asked.documents, `${scheme.policyKey} ${row.window.from}`, () => this.#document(reader, scheme, row));
    const draft = {
      schemeId: scheme.id, services: row.services, window: row.window, answers: document === undefined ? row.answers : answersIn(row.answers, document),
      ...(row.declaredLoss === undefined ? {} : { declaredLoss: row.declaredLoss }),
    };
    const key = JSON.stringify({ ...draft, declaredLoss: row.declaredLoss === undefined ? '' : `${row.declaredLoss.minor} ${row.declaredLoss.currency}` });
    const found = await once(asked.faults, key, () => this.checks.faults(reader, scheme, draft));
    faults.push(...found.map(asRowFault));
    return faults.length === 0 ? { plan: { row, draft } } : { faults: inColumnOrder(faults) };
  }

  async #scheme(reader: Reader, code: string): Promise<SchemeFacts | undefined> {
    const found = await this.schemes.byCode(reader, code);
    return found.ok ? found.value : undefined;
  }

  async #document(reader: Reader, scheme: SchemeFacts, row: ReadRow): Promise<PolicyDocument | undefined> {
    const policy = await this.policies.effective(reader, scheme.policyKey, row.window.from);
    return policy.ok ? policy.value.resolved.document : undefined;
  }
}

async function once<T>(known: Map<string, T>, key: string, ask: () => Promise<T>): Promise<T> {
  if (!known.has(key)) known.set(key, await ask());
  return known.get(key) as T;
}

/** Cells become what the policy asks for; what cannot stays text, and is refused with the words of the claim. */
const answersIn = (answers: ReadRow['answers'], { inputs }: PolicyDocument): Record<string, unknown> =>
  Object.fromEntries(Object.entries(answers).map(([name, text]) => [name, answerIn(text, inputs[name]?.type)]));

function answerIn(text: string, type: InputDefinition['type'] | undefined): unknown {
  if (type === 'boolean') return yesOrNo(text) ?? text;
  if (type !== 'series' && type !== 'intervals' && type !== 'list') return text;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
