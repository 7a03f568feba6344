import { Controller, Get, Param, ParseUUIDPipe, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { formatInstant, type Instant } from '../../core/time/index.js';
import { Command, Requires } from '../../platform/http/metadata.js';
import { CursorQuery, DEFAULT_LIMIT, decodeCursor, pageOf } from '../../platform/http/page.js';
import { unwrap } from '../../platform/http/refusal-exception.js';
import { AuditQueries } from './audit-queries.service.js';

@ApiTags('audit')
@Controller('v1/audit')
export class AuditController {
  constructor(private readonly queries: AuditQueries) {}

  @Get('heads')
  @Requires('audit.read')
  @ApiOperation({ summary: 'The last link of every chain' })
  async heads(@Query() query: CursorQuery) {
    const limit = query.limit ?? DEFAULT_LIMIT;
    const rows = await this.queries.heads(unwrap(decodeCursor(query.cursor, 2)), limit + 1);
    return pageOf(rows, limit, ({ type, id }) => [type, id]);
  }

  @Get('entries/:type/:id')
  @Requires('audit.read')
  @ApiOperation({ summary: 'The chain of one aggregate' })
  async entries(@Param('type') type: string, @Param('id', ParseUUIDPipe) id: string) {
    const links = await this.queries.chain(type, id);
    return { items: links.map((link) => ({ ...link, at: formatInstant(link.at as Instant) })) };
  }

  @Post('verifications/:type/:id')
  @Requires('audit.read')
  @Command(200)
  @ApiOperation({ summary: 'Walks the chain of one aggregate and names what was done to it' })
  verify(@Param('type') type: string, @Param('id', ParseUUIDPipe) id: string) {
    return this.queries.verify(type, id);
  }
}
