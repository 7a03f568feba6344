import { Injectable } from '@nestjs/common';
import { ok, type Result } from '../../core/errors/index.js';
import { reasonText, type CompiledPolicy, type PolicyDocument, type PolicyFault, type ReasonCatalogue } from '../../core/policy/index.js';
import { isAllowed } from '../../platform/access/permissions.js';
import { Database } from '../../platform/database/database.js';
import { unwrap } from '../../platform/http/refusal-exception.js';
import { PolicyDrafting, PolicyQueries, type EditionView, type PolicyState, type PolicyView, type Reach } from '../../modules/policies/index.js';
import { pageStyle } from '../shared/figure-style.rules.js';
import { PageRenderer } from '../shared/page-renderer.service.js';
import type { Visit } from '../shared/portal.page.js';
import { exampleRuns, type ExampleRun } from './example-runs.rules.js';
import { sourceLines, type SourceLine } from './source-lines.rules.js';
import { PolicyHistory, type HistoryLine } from './policy-history.service.js';

/** One number of one policy, published or still on its way: a number means one text for good. */
export interface Numbered {
  readonly key: string;
  readonly number: number;
  readonly title: Readonly<Record<string, string>>;
  readonly state: PolicyState;
  readonly source: string;
  readonly published: PolicyView | undefined;
  readonly edition: EditionView | undefined;
  /** Undefined while the text cannot run. */
  readonly policy: CompiledPolicy | undefined;
  readonly documentFaults: readonly PolicyFault[];
}

export interface Message {
  readonly code: string;
  readonly text: string;
  /** Written by this policy; otherwise it is of the catalogue that all share. */
  readonly isOwn: boolean;
}

export interface PolicySheet extends Numbered {
  readonly lines: readonly SourceLine[];
  readonly hash: string | undefined;
  readonly reach: Reach | undefined;
  readonly blocks: readonly string[];
  readonly messages: readonly Message[];
  readonly examples: readonly ExampleRun[];
  readonly history: readonly HistoryLine[];
  /** Whether the reader wrote a part of it, and so does not approve it. */
  readonly isAuthor: boolean;
  readonly before: number | undefined;
  readonly actions: Readonly<Record<'edit' | 'submit' | 'sendBack' | 'withdraw' | 'seeChanges' | 'propose' | 'writeNext', boolean>>;
}

/** Every text anywhere in a tree. */
const textsIn = (tree: unknown): string[] => (typeof tree === 'string' ? [tree] : typeof tree === 'object' && tree !== null ? Object.values(tree).flatMap(textsIn) : []);

/** Blocks of all steps, those inside `each` too, as they were resolved. */
const blocksOf = (tree: unknown): string[] => (typeof tree !== 'object' || tree === null ? []
  : Object.entries(tree).flatMap(([name, member]) => (name === 'use' && typeof member === 'string' ? [member] : blocksOf(member))));

function messagesOf({ steps, process, reasons: own }: PolicyDocument, shared: ReasonCatalogue, language: Visit['language']): Message[] {
  const named = new Set([...Object.keys(own), ...textsIn(steps), ...process.refuseByRule]);
  return [...named].flatMap((code): Message[] => {
    const texts = own[code] ?? shared[code];
    return texts === undefined ? [] : [{ code, text: reasonText(texts[language], {}), isOwn: own[code] !== undefined }];
  });
}

/** Everything about one version or draft of a policy that its page shows. */
@Injectable()
export class PolicySheets {
  constructor(
    private readonly database: Database,
    private readonly queries: PolicyQueries,
    private readonly drafting: PolicyDrafting,
    private readonly history: PolicyHistory,
    private readonly renderer: PageRenderer,
  ) {}

  async numbered(key: string, number: string): Promise<Result<Numbered>> {
    const { reader } = this.database;
    const published = await this.queries.document(reader, key, number);
    if (!published.ok) return this.#draft(key, number);
    const { source, document: _document, ...version } = published.value;
    const [ready, edition] = [await this.queries.byNumber(reader, key, number), await this.drafting.view(reader, key, number)];
    return ok({
      key, number: version.version, title: version.title, state: version.state, source, published: version, edition: edition.ok ? edition.value : undefined,
      policy: ready.ok ? ready.value.resolved : undefined, documentFaults: [],
    });
  }

  async #draft(key: string, number: string): Promise<Result<Numbered>> {
    const { reader } = this.database;
    const opened = await this.drafting.open(reader, key, number);
    if (!opened.ok) return opened;
    const { edition, source, checked: { policy, faults } } = opened.value;
    const title = policy?.document.title ?? (await this.queries.titles(reader, [key])).get(key) ?? { en: key };
    return ok({ key, number: edition.number, title: { ...title }, state: edition.state, source, published: undefined, edition, policy, documentFaults: faults });
  }

  async of(visit: Visit, key: string, number: string, working?: number): Promise<Result<PolicySheet>> {
    const found = await this.numbered(key, number);
    if (!found.ok) return found;
    const { policy, edition, published, source } = found.value;
    const { language, ctx } = visit;
    const reasons = unwrap(await this.queries.reasons(this.database.reader));
    const style = pageStyle(this.renderer.formats(language), this.renderer.words(language));
    const past = await this.history.of(visit, edition?.id, published?.id);
    const versions = await this.queries.versions(this.database.reader, key);
    return ok({
      ...found.value, ...past,
      lines: sourceLines(source, found.value.documentFaults),
      hash: published?.hash ?? edition?.hash, reach: edition?.reach,
      blocks: policy === undefined ? [] : [...new Set(blocksOf(policy.document.steps))].sort(),
      messages: policy === undefined ? [] : messagesOf(policy.document, reasons, language),
      examples: policy === undefined ? [] : exampleRuns(policy, { reasons, language, style, working }),
      before: versions.ok ? versions.value.map(({ version }) => version).findLast((version) => version < found.value.number) : undefined,
      actions: actionsOf(ctx.actor, edition),
    });
  }
}

function actionsOf(actor: Visit['ctx']['actor'], edition: EditionView | undefined): PolicySheet['actions'] {
  const can = (event: EditionView['allowedEvents'][number]): boolean => edition?.allowedEvents.includes(event) === true;
  const [mayEdit, mayReview] = [isAllowed(actor, 'policy.edit'), isAllowed(actor, 'policy.review')];
  return {
    edit: can('edit') && mayEdit, submit: can('submit') && mayEdit, withdraw: can('withdraw') && mayEdit, sendBack: can('send_back') && mayReview,
    seeChanges: edition?.state === 'in_review' && isAllowed(actor, 'change.read'), propose: isAllowed(actor, 'change.propose'), writeNext: edition?.policyVersionId !== undefined || edition === undefined ? mayEdit : false,
  };
}
