import { Get, Param, Post, Query, Req } from '@nestjs/common';
import { entryOf } from '../../platform/http/catalogue-registry.js';
import { Public, TakesFile, type MakegoodRequest } from '../../platform/http/metadata.js';
import { STATUS } from '../../platform/http/problem.js';
import { unwrap } from '../../platform/http/refusal-exception.js';
import { uploadOf } from '../../platform/http/upload.js';
import { EVIDENCE_LIMITS } from '../../modules/evidence/index.js';
import { RecoveryDocuments } from '../../modules/recoveries/index.js';
import { Pages, Visitor, type Visit } from '../shared/portal.page.js';
import { again, SeeOther, View } from '../shared/view.page.js';

const PAGE = 'recovery/papers.njk';

/** Papers for a request to get in again, by the link of the letter that confirmed it. */
@Pages('recovery/papers/:token')
export class RecoveryPapersController {
  constructor(private readonly documents: RecoveryDocuments) {}

  @Get()
  @Public()
  async show(@Param('token') token: string, @Query('done') done: string | undefined): Promise<View> {
    return new View(PAGE, { ...(await this.#sheet(token)), done: done !== undefined });
  }

  @Post()
  @Public()
  @TakesFile()
  async add(@Visitor() { ctx, language }: Visit, @Param('token') token: string, @Req() request: MakegoodRequest): Promise<View | SeeOther> {
    const sheet = await this.#sheet(token);
    const upload = request.isMultipart() ? await uploadOf(request) : undefined;
    const added = upload !== undefined && (upload.fileName ?? '') !== ''
      ? await this.documents.add(ctx.requestId, token, upload.fileName, upload.stream)
      : { ok: false as const, refusal: { code: 'portal.file_not_chosen', params: {} } };
    upload?.stream.resume();
    if (added.ok) return new SeeOther(`/${language}/recovery/papers/${encodeURIComponent(token)}?done=1`);
    return again(PAGE, sheet, { ...added.refusal, pointer: '/file' }, STATUS[entryOf(added.refusal.code)?.kind ?? 'meaning']);
  }

  async #sheet(token: string) {
    return { token, papers: unwrap(await this.documents.look(token)), limitMegabytes: EVIDENCE_LIMITS.fileBytes / 1_048_576 };
  }
}
