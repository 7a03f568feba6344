import { Body, Controller, Get, Param, ParseUUIDPipe, Post, Put } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { parseMoney } from '../../core/money/index.js';
import type { Context } from '../../platform/access/context.js';
import { Command, Ctx, IfMatch, Requires } from '../../platform/http/metadata.js';
import { unwrap } from '../../platform/http/refusal-exception.js';
import { instantIn, moneyIn } from '../../platform/http/wire.js';
import { NewEnrolmentDto, NewMerchantDto, NewSiteDto, OpeningHoursDto, type SizeDto } from './dto/merchant.dto.js';
import { MerchantProfiles, type MerchantView } from './merchant-profiles.service.js';
import { MerchantSites, type SiteView } from './merchant-sites.service.js';
import type { StoredSize } from './merchant.entity.js';

/** Turnover is kept in minor units, like every amount; a count of people as it is. */
function sizeIn({ measure, year, value, currency, source }: SizeDto): StoredSize {
  if (measure !== 'turnover') return { measure, year, value, source };
  const turnover = unwrap(parseMoney(value, currency ?? ''));
  return { measure, year, value: turnover.minor.toString(), currency: turnover.currency, source };
}

@ApiTags('merchants')
@Controller('v1')
export class MerchantsController {
  constructor(private readonly profiles: MerchantProfiles, private readonly sites: MerchantSites) {}

  @Post('merchants')
  @Requires('merchant.create', 'merchant')
  @Command()
  @ApiOperation({ summary: 'Set up a business; the person who does becomes its signatory' })
  async create(@Ctx() ctx: Context, @Body() body: NewMerchantDto): Promise<MerchantView> {
    return unwrap(await this.profiles.create(ctx, { ...body, sizes: body.sizes.map(sizeIn) }));
  }

  @Get('merchants/:id')
  @Requires('merchant.read', 'merchant')
  @ApiOperation({ summary: 'A business' })
  async get(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string): Promise<MerchantView> {
    return unwrap(await this.profiles.get(ctx, id));
  }

  @Post('merchants/:id/verifications')
  @Requires('merchant.verify')
  @Command()
  @ApiOperation({ summary: 'Staff: this business is who it says it is' })
  async verify(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @IfMatch() version: number): Promise<MerchantView> {
    return unwrap(await this.profiles.verify(ctx, id, version));
  }

  @Post('merchants/:id/sites')
  @Requires('merchant.edit', 'merchant')
  @Command()
  @ApiOperation({ summary: 'Add a place where the business trades, with its opening hours' })
  async addSite(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @Body() body: NewSiteDto): Promise<SiteView> {
    return unwrap(await this.sites.add(ctx, id, body));
  }

  @Get('merchants/:id/sites')
  @Requires('merchant.read', 'merchant')
  @ApiOperation({ summary: 'The places of a business' })
  async listSites(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string): Promise<{ items: SiteView[] }> {
    return unwrap(await this.sites.list(ctx, id));
  }

  @Put('sites/:id/opening-hours')
  @Requires('merchant.edit', 'merchant')
  @ApiOperation({ summary: 'Replace the opening hours of a site as a whole' })
  async hours(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @IfMatch() version: number, @Body() body: OpeningHoursDto): Promise<SiteView> {
    return unwrap(await this.sites.replaceHours(ctx, id, version, body));
  }

  @Post('sites/:id/enrolments')
  @Requires('merchant.edit', 'merchant')
  @Command()
  @ApiOperation({ summary: 'A service the site used, with region, tier, fee and dates' })
  async enrol(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @Body() body: NewEnrolmentDto) {
    const { service, region, tier, fee, from, to } = body;
    return unwrap(await this.sites.enrol(ctx, id, {
      service, region: region ?? '*', from: unwrap(instantIn(from, '/from')),
      ...(tier === undefined ? {} : { tier }),
      ...(fee === undefined ? {} : { fee: unwrap(moneyIn(fee, '/fee')) }),
      ...(to === undefined ? {} : { to: unwrap(instantIn(to, '/to')) }),
    }));
  }
}
