import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import { HOUR, type Instant } from '../../core/time/index.js';
import { mayFor } from '../../platform/access/ownership.js';
import type { Context } from '../../platform/access/context.js';
import { Clock } from '../../platform/clock/clock.js';
import { newToken, tokenHash } from '../../platform/crypto/tokens.js';
import { Database } from '../../platform/database/database.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { ClaimsRepository } from './claims.repository.js';
import { KeptFormsRepository } from './kept-forms.repository.js';

/** A form that was sent when its sender was signed in no more, or that was left half done to bring something first. */
export interface KeptForm {
  readonly reference: string;
  /** The page it was sent from and to, on this site. */
  readonly address: string;
  readonly fields: Readonly<Record<string, string | readonly string[]>>;
}

const hashOf = (text: string): string => tokenHash(text).toString('hex');

const LASTS = HOUR;
const KEPT_A_CLAIM = 5;
const MOST_CHARACTERS = 65_536;

/**
 * Keeps for an hour what somebody wrote when a session ended under them, or before they left a form to come back to it, and gives it back: only in
 * the browser that sent it, and only to somebody who may file for the claim. Nothing of it counts before it is sent again.
 */
@Injectable()
export class KeptForms {
  constructor(
    private readonly work: UnitOfWork,
    private readonly database: Database,
    private readonly claims: ClaimsRepository,
    private readonly forms: KeptFormsRepository,
    private readonly clock: Clock,
  ) {}

  /** The token under which it is found again; undefined when there is no such claim or too much of it. `browser` is a secret of the browser's own. */
  async keep(requestId: string, browser: string, form: KeptForm): Promise<string | undefined> {
    if (browser.length < 16 || JSON.stringify(form.fields).length > MOST_CHARACTERS) return undefined;
    const token = newToken();
    const kept = await this.work.run({ actor: { kind: 'anonymous' }, requestId }, async (tx): Promise<Result<boolean>> => {
      const id = await this.claims.idOf(tx, form.reference);
      const claim = id === undefined ? undefined : await this.claims.find(tx, id);
      if (claim === undefined) return ok(false);
      const now = this.clock.now();
      const { address, fields } = form;
      await this.forms.insert(tx, {
        tokenHash: hashOf(token), browserHash: hashOf(browser), claimId: claim.id, merchantId: claim.merchantId, address, fields, keptAt: now, endsAt: (now + LASTS) as Instant,
      });
      await this.forms.clear(tx, claim.id, now, KEPT_A_CLAIM);
      return ok(true);
    });
    return kept.ok && kept.value ? token : undefined;
  }

  async find(ctx: Context, token: string, browser: string): Promise<Result<KeptForm>> {
    const { reader } = this.database;
    const row = await this.forms.find(reader, hashOf(token), hashOf(browser), this.clock.now());
    if (row === undefined || !mayFor(ctx.actor, 'claim.file', row.merchantId)) return refuse('claims.kept_form_gone');
    const reference = (await this.claims.references(reader, [row.claimId]))[0]?.reference ?? '';
    return ok({ reference, address: row.address, fields: row.fields });
  }

  /** What was last kept from an address of the claim, in this browser. */
  async newest(ctx: Context, claim: { readonly id: string; readonly merchantId: string }, address: string, browser: string): Promise<KeptForm['fields'] | undefined> {
    if (!mayFor(ctx.actor, 'claim.file', claim.merchantId)) return undefined;
    return (await this.forms.newest(this.database.reader, claim.id, { address, browserHash: hashOf(browser), now: this.clock.now() }))?.fields;
  }

  /** As `forget`, of everything kept from an address of the claim in this browser. */
  forgetAt(ctx: Context, claimId: string, address: string, browser: string): Promise<Result<null>> {
    return this.work.run(ctx, async (tx) => {
      await this.forms.removeAt(tx, claimId, { address, browserHash: hashOf(browser) });
      return ok(null);
    });
  }

  /** It was sent again, or is wanted no more. */
  forget(ctx: Context, token: string): Promise<Result<null>> {
    return this.work.run(ctx, async (tx) => {
      await this.forms.remove(tx, hashOf(token));
      return ok(null);
    });
  }
}
