import { Body, Controller, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Context } from '../../platform/access/context.js';
import { Database } from '../../platform/database/database.js';
import { Command, Ctx, IfMatch, Public, Requires } from '../../platform/http/metadata.js';
import { CursorQuery, DEFAULT_LIMIT, decodeCursor, pageOf } from '../../platform/http/page.js';
import { unwrap } from '../../platform/http/refusal-exception.js';
import { AddServiceDto, RenameServiceDto } from './dto/service.dto.js';
import { RegisterQueries } from './register-queries.service.js';
import { ServiceCatalogue } from './service-catalogue.service.js';

@ApiTags('register')
@Controller('v1/services')
export class ServicesController {
  constructor(private readonly catalogue: ServiceCatalogue, private readonly queries: RegisterQueries, private readonly database: Database) {}

  @Get()
  @Public()
  @ApiOperation({ summary: 'The tree of services, by code' })
  async list(@Query() query: CursorQuery) {
    const limit = query.limit ?? DEFAULT_LIMIT;
    const [after] = unwrap(decodeCursor(query.cursor, 1)) ?? [];
    const services = await this.queries.servicePage(this.database.reader, { ...(after === undefined ? {} : { after }), limit: limit + 1 });
    return pageOf(services, limit, ({ code }) => [code]);
  }

  @Get(':code')
  @Public()
  @ApiOperation({ summary: 'One service with its parts' })
  async get(@Param('code') code: string) {
    return unwrap(await this.queries.service(this.database.reader, code));
  }

  @Post()
  @Requires('service.edit')
  @Command()
  @ApiOperation({ summary: 'Adds a service, possibly as a part of another' })
  async add(@Ctx() ctx: Context, @Body() { code, names, parent, own }: AddServiceDto) {
    return unwrap(await this.catalogue.add(ctx, { code, names: { ...names }, ...(parent === undefined ? {} : { parent }), ...(own === undefined ? {} : { own }) }));
  }

  @Patch(':code')
  @Requires('service.edit')
  @ApiOperation({ summary: 'Renames a service; its code and place in the tree stay' })
  async rename(@Ctx() ctx: Context, @Param('code') code: string, @IfMatch() version: number, @Body() { names }: RenameServiceDto) {
    return unwrap(await this.catalogue.rename(ctx, code, version, { ...names }));
  }
}
