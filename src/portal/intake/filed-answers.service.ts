import { Injectable } from '@nestjs/common';
import { ok, type Result } from '../../core/errors/index.js';
import { currency } from '../../core/money/index.js';
import { Database } from '../../platform/database/database.js';
import type { FiledVersion } from '../../modules/claims/index.js';
import { PolicyQueries, type ReadyPolicy } from '../../modules/policies/index.js';
import type { ClaimSetting } from '../shared/claim-setting.service.js';
import { answerText, type Speaking } from './question-view.rules.js';

/** What one version of a claim answered, under the policy it was filed with. */
@Injectable()
export class FiledAnswers {
  constructor(private readonly database: Database, private readonly policies: PolicyQueries) {}

  /** The policy whose questions were answered; codes as of `PolicyQueries.effective`. */
  async policyOf({ frozen }: FiledVersion, key: string): Promise<Result<ReadyPolicy>> {
    const { reader } = this.database;
    return frozen.policyVersionId === undefined ? this.policies.effective(reader, key, frozen.window.from) : ok(await this.policies.version(reader, frozen.policyVersionId));
  }

  /** In the order of the policy's questions; what was not asked or not answered is left out. */
  inWords({ frozen }: FiledVersion, { resolved: { document } }: ReadyPolicy, { site }: { readonly site: Pick<ClaimSetting['site'], 'zone'> }, speaking: Speaking): { readonly label: string; readonly text: string }[] {
    const ground = { currency: currency(document.currency), zone: site.zone, language: speaking.language };
    return Object.entries(document.inputs).filter(([name]) => frozen.answers[name] !== undefined)
      .map(([name, input]) => ({ label: input.label[speaking.language], text: answerText(frozen.answers[name], input, ground, speaking) }));
  }
}
