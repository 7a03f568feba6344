import { Injectable } from '@nestjs/common';
import type { Refusal } from '../../core/errors/index.js';
import { unwrap } from '../../platform/http/refusal-exception.js';
import { uploadOf, type UploadRequest } from '../../platform/http/upload.js';
import { ClaimTill, type SalesDelegate } from '../../modules/claims/index.js';
import { LINE_UNITS, TAX_BASES, TILL_ROLES, type TillLook, type TillUploadRow } from '../../modules/evidence/index.js';
import type { Visit } from '../shared/portal.page.js';
import { again, SeeOther, View } from '../shared/view.page.js';
import { answersIn, mappingIn } from './sales-answers.form.js';

/** Where a file is brought in: at the claim, or on another device that knows nothing of it. */
export interface Desk {
  readonly claimId: string;
  /** Without a slash at its end. */
  readonly base: string;
  readonly zone: string;
  readonly currency: string;
  /** What the page is headed with. */
  readonly caption: string;
  readonly delegate?: SalesDelegate;
}

const CHOICES = { roles: TILL_ROLES, units: LINE_UNITS, bases: TAX_BASES };

/** The pages that take in a till export, the same at a claim and on another device. */
@Injectable()
export class SalesDesk {
  constructor(private readonly till: ClaimTill) {}

  /** Takes a file; what cannot be taken is said on the page it was sent from. */
  async receive(visit: Visit, desk: Desk, request: UploadRequest, refused: (refusal: Refusal) => Promise<View>): Promise<View | SeeOther> {
    const upload = await uploadOf(request);
    if (upload === undefined || upload.fileName === undefined || upload.fileName === '') {
      await upload?.fingerprint();
      return refused({ code: 'claims.file_missing', params: {}, pointer: '/file' });
    }
    const received = await this.till.receive(visit.ctx, desk.claimId, upload, desk.delegate);
    if (received.ok) return new SeeOther(`${desk.base}/uploads/${received.value.id}`);
    await upload.fingerprint();
    return refused({ ...received.refusal, pointer: '/file' });
  }

  /** What was begun and left: listed, so that it is gone on with or thrown away. */
  left({ ctx }: Visit, { claimId }: Desk): Promise<TillUploadRow[]> {
    return this.till.unfinished(ctx, claimId);
  }

  /** A second press on the same button finds nothing to throw away, and nothing is wrong. */
  async throwAway({ ctx }: Visit, { claimId, base }: Desk, uploadId: string, refused: (refusal: Refusal) => Promise<View>): Promise<View | SeeOther> {
    const gone = await this.till.throwAway(ctx, claimId, uploadId);
    return gone.ok || gone.refusal.code === 'evidence.upload_not_found' ? new SeeOther(base) : refused(gone.refusal);
  }

  async found(visit: Visit, desk: Desk, uploadId: string, refusal?: Refusal): Promise<View> {
    const look = await this.#look(visit, desk, uploadId);
    return this.#view('sales/found.njk', desk, look, refusal ?? (look.state === 'refused' ? undefined : look.refusal));
  }

  async answer(visit: Visit, desk: Desk, uploadId: string, body: unknown): Promise<View | SeeOther> {
    const said = answersIn(body);
    const kept = said.ok ? await this.till.say(visit.ctx, desk.claimId, uploadId, said.value, desk.delegate) : said;
    return kept.ok ? new SeeOther(`${desk.base}/uploads/${uploadId}`) : this.found(visit, desk, uploadId, kept.refusal);
  }

  async columns(visit: Visit, desk: Desk, uploadId: string, refusal?: Refusal): Promise<View> {
    return this.#view('sales/columns.njk', desk, await this.#look(visit, desk, uploadId), refusal);
  }

  async map(visit: Visit, desk: Desk, uploadId: string, body: unknown): Promise<View | SeeOther> {
    const look = await this.#look(visit, desk, uploadId);
    const said = mappingIn(body, look);
    const kept = said.ok ? await this.till.say(visit.ctx, desk.claimId, uploadId, said.value, desk.delegate) : said;
    if (!kept.ok) return this.columns(visit, desk, uploadId, kept.refusal);
    return kept.value.refusal === undefined ? new SeeOther(`${desk.base}/uploads/${uploadId}`) : this.columns(visit, desk, uploadId, kept.value.refusal);
  }

  async read(visit: Visit, desk: Desk, uploadId: string): Promise<View | SeeOther> {
    const reading = await this.till.read(visit.ctx, desk.claimId, uploadId, desk.delegate);
    if (reading.ok || reading.refusal.code === 'evidence.file_faulty' || reading.refusal.code === 'evidence.upload_being_read') return new SeeOther(`${desk.base}/uploads/${uploadId}/reading`);
    return this.found(visit, desk, uploadId, reading.refusal);
  }

  /** Where a reading stands: while it goes on a page that says so, afterwards the way to what came of it. */
  async reading(visit: Visit, desk: Desk, uploadId: string, done: (setId: string, look: TillLook) => Promise<View | SeeOther>): Promise<View | SeeOther> {
    const look = await this.#look(visit, desk, uploadId);
    if (look.state === 'reading') return new View('sales/reading.njk', { desk, look });
    return look.setId === undefined ? new SeeOther(`${desk.base}/uploads/${uploadId}`) : done(look.setId, look);
  }

  async #look(visit: Visit, { claimId, delegate }: Desk, uploadId: string): Promise<TillLook> {
    return unwrap(await this.till.look(visit.ctx, claimId, uploadId, delegate));
  }

  #view(template: string, desk: Desk, look: TillLook, refusal: Refusal | undefined): View {
    const data = { desk, look, ...CHOICES };
    return refusal === undefined ? new View(template, data) : again(template, data, refusal);
  }
}
