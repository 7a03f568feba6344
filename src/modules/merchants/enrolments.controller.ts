import { Body, Controller, Get, Param, ParseUUIDPipe, Patch, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Context } from '../../platform/access/context.js';
import { Command, Ctx, IfMatch, Requires } from '../../platform/http/metadata.js';
import { unwrap } from '../../platform/http/refusal-exception.js';
import { instantIn, moneyIn } from '../../platform/http/wire.js';
import { EditEnrolmentDto, NewEnrolmentDto } from './dto/enrolment.dto.js';
import { SiteEnrolments, type EnrolmentEdit, type EnrolmentView } from './site-enrolments.service.js';

function editIn({ region, tier, fee, from, to }: EditEnrolmentDto): EnrolmentEdit {
  return {
    ...(region === undefined ? {} : { region }), ...(tier === undefined ? {} : { tier }),
    ...(fee === undefined ? {} : { fee: fee === null ? null : unwrap(moneyIn(fee, '/fee')) }),
    ...(from === undefined ? {} : { from: unwrap(instantIn(from, '/from')) }),
    ...(to === undefined ? {} : { to: to === null ? null : unwrap(instantIn(to, '/to')) }),
  };
}

@ApiTags('merchants')
@Controller('v1')
export class EnrolmentsController {
  constructor(private readonly enrolments: SiteEnrolments) {}

  @Get('sites/:id/enrolments')
  @Requires('merchant.read', 'merchant')
  @ApiOperation({ summary: 'The services a site uses and used' })
  async list(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string): Promise<{ items: EnrolmentView[] }> {
    return unwrap(await this.enrolments.list(ctx, id));
  }

  @Post('sites/:id/enrolments')
  @Requires('merchant.edit', 'merchant')
  @Command()
  @ApiOperation({ summary: 'A service the site used, with region, tier, fee and dates' })
  async add(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @Body() body: NewEnrolmentDto): Promise<EnrolmentView> {
    const { service, region, tier, fee, from, to } = body;
    return unwrap(await this.enrolments.add(ctx, id, {
      service, region: region ?? '*', from: unwrap(instantIn(from, '/from')),
      ...(tier === undefined ? {} : { tier }),
      ...(fee === undefined ? {} : { fee: unwrap(moneyIn(fee, '/fee')) }),
      ...(to === undefined ? {} : { to: unwrap(instantIn(to, '/to')) }),
    }));
  }

  @Patch('enrolments/:id')
  @Requires('merchant.edit', 'merchant')
  @ApiOperation({ summary: 'Changes or ends the use of a service' })
  async edit(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @IfMatch() version: number, @Body() body: EditEnrolmentDto): Promise<EnrolmentView> {
    return unwrap(await this.enrolments.edit(ctx, id, version, editIn(body)));
  }
}
