import { Body, Get, Inject, Param, ParseUUIDPipe, Post, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { Refusal } from '../../core/errors/index.js';
import { APP_CONFIG, type AppConfig } from '../../platform/config/config.js';
import { deviceCookie, setDeviceCookie } from '../../platform/http/device-cookie.js';
import { Public, TakesFile, type MakegoodRequest } from '../../platform/http/metadata.js';
import { Handovers } from '../../modules/claims/index.js';
import { formText } from '../shared/form-fields.form.js';
import { Pages, Visitor, type Visit } from '../shared/portal.page.js';
import { again, SeeOther, View } from '../shared/view.page.js';
import { DeviceDesks, type DeviceAt } from './device-desk.service.js';
import { SalesDesk } from './sales-desk.service.js';

/** The other device: not signed in, it sees whose sales are wanted and takes a file, and knows nothing of the claim. */
@Pages('handover')
export class DevicePagesController {
  readonly #secure: boolean;

  constructor(private readonly handovers: Handovers, private readonly devices: DeviceDesks, private readonly desk: SalesDesk, @Inject(APP_CONFIG) config: AppConfig) {
    this.#secure = config.environment === 'production';
  }

  @Get()
  @Public()
  async begin(@Visitor() visit: Visit, @Req() request: MakegoodRequest, @Query() query: unknown): Promise<View> {
    const code = formText(query, 'code', 20);
    const at = code === '' ? await this.devices.of(visit, deviceCookie(request)) : undefined;
    return at?.ok === true ? this.#wanted(at.value) : new View('sales/enter.njk', { code });
  }

  @Post()
  @Public()
  async enter(@Visitor() visit: Visit, @Req() request: MakegoodRequest, @Body() body: unknown, @Res({ passthrough: true }) reply: FastifyReply): Promise<View | SeeOther> {
    const code = formText(body, 'code', 20);
    const opened = await this.handovers.open(visit.ctx, code, request.ip);
    if (!opened.ok) return again('sales/enter.njk', { code }, { ...opened.refusal, pointer: '/code' }, opened.refusal.code === 'rate.too_many' ? 429 : 422);
    setDeviceCookie(reply, opened.value.token, this.#secure);
    return new SeeOther(`/${visit.language}/handover`);
  }

  @Post('files')
  @Public()
  @TakesFile()
  async receive(@Visitor() visit: Visit, @Req() request: MakegoodRequest): Promise<View | SeeOther> {
    // eslint-disable-next-line @typescript-eslint/require-await
    return this.#at(visit, request, (at) => this.desk.receive(at.visit, at.desk, request, async (refusal) => this.#wanted(at, refusal)));
  }

  @Get('uploads/:uploadId')
  @Public()
  async found(@Visitor() visit: Visit, @Req() request: MakegoodRequest, @Param('uploadId', ParseUUIDPipe) id: string): Promise<View | SeeOther> {
    return this.#at(visit, request, (at) => this.desk.found(at.visit, at.desk, id), id);
  }

  @Post('uploads/:uploadId')
  @Public()
  async answer(@Visitor() visit: Visit, @Req() request: MakegoodRequest, @Param('uploadId', ParseUUIDPipe) id: string, @Body() body: unknown): Promise<View | SeeOther> {
    return this.#at(visit, request, (at) => this.desk.answer(at.visit, at.desk, id, body), id);
  }

  @Get('uploads/:uploadId/columns')
  @Public()
  async columns(@Visitor() visit: Visit, @Req() request: MakegoodRequest, @Param('uploadId', ParseUUIDPipe) id: string): Promise<View | SeeOther> {
    return this.#at(visit, request, (at) => this.desk.columns(at.visit, at.desk, id), id);
  }

  @Post('uploads/:uploadId/columns')
  @Public()
  async map(@Visitor() visit: Visit, @Req() request: MakegoodRequest, @Param('uploadId', ParseUUIDPipe) id: string, @Body() body: unknown): Promise<View | SeeOther> {
    return this.#at(visit, request, (at) => this.desk.map(at.visit, at.desk, id, body), id);
  }

  @Post('uploads/:uploadId/reading')
  @Public()
  async read(@Visitor() visit: Visit, @Req() request: MakegoodRequest, @Param('uploadId', ParseUUIDPipe) id: string): Promise<View | SeeOther> {
    return this.#at(visit, request, (at) => this.desk.read(at.visit, at.desk, id), id);
  }

  @Get('uploads/:uploadId/reading')
  @Public()
  async reading(@Visitor() visit: Visit, @Req() request: MakegoodRequest, @Param('uploadId', ParseUUIDPipe) id: string): Promise<View | SeeOther> {
    const at = await this.devices.of(visit, deviceCookie(request), id);
    return at.ok ? this.desk.reading(at.value.visit, at.value.desk, id, () => this.devices.outcome(at.value, id)) : new SeeOther(`/${visit.language}/handover`);
  }

  #wanted(at: DeviceAt, refusal?: Refusal): View {
    if (at.isDone) return new View('sales/device-done.njk', { desk: at.desk, count: at.count });
    return refusal === undefined ? new View('sales/device.njk', at) : again('sales/device.njk', at, refusal);
  }

  /** With a hand-over that lasts and whose file is not in yet; otherwise back to where a code is typed. */
  async #at(visit: Visit, request: MakegoodRequest, then: (at: DeviceAt) => Promise<View | SeeOther>, uploadId?: string): Promise<View | SeeOther> {
    const at = await this.devices.of(visit, deviceCookie(request), uploadId);
    return at.ok && !at.value.isDone ? then(at.value) : new SeeOther(`/${visit.language}/handover`);
  }
}
