import { Body, Get, Param, ParseUUIDPipe, Post, Query, Req } from '@nestjs/common';
import type { Refusal } from '../../core/errors/index.js';
import { isAllowed } from '../../platform/access/permissions.js';
import { Requires, TakesFile, type MakegoodRequest } from '../../platform/http/metadata.js';
import { decodeCountCursor } from '../../platform/http/page.js';
import { RefusalException, unwrap } from '../../platform/http/refusal-exception.js';
import { isUpload, uploadOf } from '../../platform/http/upload.js';
import { PayingAccountQueries } from '../../modules/funds/index.js';
import { People } from '../../modules/identity/index.js';
import { BANK_FORMATS, BANK_MESSAGE_STATES, BankMessages, BankQueries } from '../../modules/payouts/index.js';
import { cursorIn, formText, formVersion } from '../shared/form-fields.form.js';
import { PageRenderer } from '../shared/page-renderer.service.js';
import { Pages, Visitor, type Visit } from '../shared/portal.page.js';
import { again, SeeOther, View } from '../shared/view.page.js';

const ON_A_PAGE = 50;
const LIST = 'finance/bank-messages.njk';
const MESSAGE = 'finance/bank-message.njk';
const DONE = ['repeated', 'again'] as const;

/** Files that banks sent: taken once, read by a job, and what each of their lines came to. */
@Pages('bank-messages')
export class BankPagesController {
  constructor(
    private readonly queries: BankQueries, private readonly messages: BankMessages, private readonly paying: PayingAccountQueries, private readonly people: People, private readonly renderer: PageRenderer,
  ) {}

  @Get()
  @Requires('payout.read')
  async list(@Visitor() visit: Visit, @Query() query: Record<string, unknown>): Promise<View> {
    return new View(LIST, await this.#list(visit, query));
  }

  /** The same bytes again are the same message, and lead to it. */
  @Post()
  @Requires('payout.reconcile')
  @TakesFile('application/xml', 'text/csv', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', 'application/octet-stream')
  async receive(@Visitor() visit: Visit, @Req() request: MakegoodRequest): Promise<View | SeeOther> {
    const upload = isUpload(request) ? await uploadOf(request) : undefined;
    const [account = '', asked] = [upload?.fields['account'], upload?.fields['format']];
    const format = BANK_FORMATS.find((one) => one === asked) ?? 'iso20022';
    if (upload?.fileName === undefined || upload.fileName === '') return this.#refused(visit, { account, format }, { code: 'portal.field_missing', params: {}, pointer: '/file' });
    if (!/^[0-9a-f-]{36}$/.test(account)) return this.#refused(visit, { account, format }, { code: 'portal.field_missing', params: {}, pointer: '/account' });
    const received = await this.messages.receive(visit.ctx, account, upload, format);
    return received.ok ? new SeeOther(`/${visit.language}/bank-messages/${received.value.id}${received.value.isRepeated ? '?done=repeated' : ''}`) : this.#refused(visit, { account, format }, { ...received.refusal, pointer: '/file' });
  }

  @Get(':id')
  @Requires('payout.read')
  async message(@Visitor() visit: Visit, @Param('id', ParseUUIDPipe) id: string, @Query() query: Record<string, unknown>): Promise<View> {
    const done = formText(query, 'done', 20);
    return new View(MESSAGE, { ...await this.#message(visit, id, query), done: DONE.find((one) => one === done) });
  }

  /** The kept bytes once more, under the profile as it is now. */
  @Post(':id/readings')
  @Requires('payout.reconcile')
  async readAgain(@Visitor() visit: Visit, @Param('id', ParseUUIDPipe) id: string, @Body() body: unknown): Promise<View | SeeOther> {
    const asked = await this.messages.readAgain(visit.ctx, id, formVersion(body));
    return asked.ok ? new SeeOther(`/${visit.language}/bank-messages/${id}?done=again`) : again(MESSAGE, await this.#message(visit, id, {}), asked.refusal, 409);
  }

  async #message({ language, ctx: { actor } }: Visit, id: string, query: Record<string, unknown>): Promise<object> {
    const message = unwrap(await this.messages.about(id));
    const after = unwrap(decodeCountCursor(formText(query, 'cursor', 400) || undefined));
    const items = unwrap(await this.queries.itemsOf(id, { after, limit: ON_A_PAGE }));
    const say = (refusal: Refusal) => this.renderer.say(language, refusal);
    return {
      message, items, paged: after > 0, mayReconcile: isAllowed(actor, 'payout.reconcile'), readings: message.readings.map((one) => ({ ...one, ...(one.refusal === undefined ? {} : { why: say(one.refusal) }) })), account: unwrap(await this.paying.get(message.payingAccountId)), faults_read: message.faults.map((fault) => ({ ...say(fault), place: fault.place, raw: fault.raw })),
      why: message.refusal === undefined ? undefined : say(message.refusal), names: await this.people.names([...new Set([message.receivedBy, ...message.readings.map(({ askedBy }) => askedBy)])].filter((by) => /^[0-9a-f-]{36}$/.test(by))),
    };
  }

  async #refused(visit: Visit, typed: object, refusal: Refusal): Promise<View> {
    return new View(LIST, { ...await this.#list(visit, {}), typed }, [refusal], 422);
  }

  async #list({ ctx: { actor } }: Visit, query: unknown): Promise<object> {
    const asked = formText(query, 'state', 20);
    const state = BANK_MESSAGE_STATES.find((one) => one === asked);
    if (asked !== '' && state === undefined) throw new RefusalException({ code: 'http.not_found', params: {} });
    const { after } = cursorIn(query);
    const page = await this.queries.messagesPage({ ...(state === undefined ? {} : { state }), ...(after === undefined ? {} : { before: after }), limit: ON_A_PAGE });
    const accounts = (await this.paying.list()).items;
    return { page, state, states: BANK_MESSAGE_STATES, paged: after !== undefined, formats: BANK_FORMATS, accounts, zones: new Map(accounts.map(({ id, zone }) => [id, zone])), mayReceive: isAllowed(actor, 'payout.reconcile') };
  }
}
