import { Body, Controller, Get, Param, ParseUUIDPipe, Patch, Post, Put } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Context } from '../../platform/access/context.js';
import { Command, Ctx, IfMatch, Requires, TakesLongLists } from '../../platform/http/metadata.js';
import { unwrap } from '../../platform/http/refusal-exception.js';
import { EditSiteDto, HOURS_BODY, NewSiteDto, OpeningHoursDto } from './dto/site.dto.js';
import { MerchantSites, type SiteEdit, type SiteView, type StatedHours } from './merchant-sites.service.js';

function editIn({ address, ...rest }: EditSiteDto): SiteEdit {
  const named = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
  return { ...named, ...(address === undefined ? {} : { address: address === null ? null : { ...address } }) };
}

@ApiTags('merchants')
@Controller('v1')
export class SitesController {
  constructor(private readonly sites: MerchantSites) {}

  @Post('merchants/:id/sites')
  @Requires('merchant.edit', 'merchant')
  @Command()
  @TakesLongLists(HOURS_BODY)
  @ApiOperation({ summary: 'Add a place where the business trades, with its opening hours' })
  async add(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @Body() { address, ...body }: NewSiteDto): Promise<SiteView> {
    return unwrap(await this.sites.add(ctx, id, { ...body, ...(address === undefined ? {} : { address: { ...address } }) }));
  }

  @Get('merchants/:id/sites')
  @Requires('merchant.read', 'merchant')
  @ApiOperation({ summary: 'The places of a business' })
  async list(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string): Promise<{ items: SiteView[] }> {
    return unwrap(await this.sites.list(ctx, id));
  }

  @Get('sites/:id')
  @Requires('merchant.read', 'merchant')
  @ApiOperation({ summary: 'A place with its opening hours' })
  async get(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string): Promise<SiteView> {
    return unwrap(await this.sites.get(ctx, id));
  }

  @Patch('sites/:id')
  @Requires('merchant.edit', 'merchant')
  @ApiOperation({ summary: 'Changes name, kind or address of a place' })
  async edit(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @IfMatch() version: number, @Body() body: EditSiteDto): Promise<SiteView> {
    return unwrap(await this.sites.edit(ctx, id, version, editIn(body)));
  }

  @Get('sites/:id/opening-hours')
  @Requires('merchant.read', 'merchant')
  @ApiOperation({ summary: 'All hours that were ever stated for a place, with when, the newest first' })
  async stated(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string): Promise<{ items: StatedHours[] }> {
    return unwrap(await this.sites.statedHours(ctx, id));
  }

  @Put('sites/:id/opening-hours')
  @Requires('merchant.edit', 'merchant')
  @TakesLongLists(HOURS_BODY)
  @ApiOperation({ summary: 'Replace the opening hours of a site as a whole' })
  async hours(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @IfMatch() version: number, @Body() body: OpeningHoursDto): Promise<SiteView> {
    return unwrap(await this.sites.replaceHours(ctx, id, version, body));
  }
}
