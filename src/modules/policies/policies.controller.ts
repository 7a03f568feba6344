import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Database } from '../../platform/database/database.js';
import { Public, Requires } from '../../platform/http/metadata.js';
import { CursorQuery, DEFAULT_LIMIT, decodeCursor, pageOf } from '../../platform/http/page.js';
import { unwrap } from '../../platform/http/refusal-exception.js';
import { instantIn } from '../../platform/http/wire.js';
import { EffectiveQuery, TestRunDto } from './dto/policy.dto.js';
import { PolicyQueries } from './policy-queries.service.js';
import { PolicyTestRuns } from './policy-test-runs.service.js';

@ApiTags('policies')
@Controller('v1/policies')
export class PoliciesController {
  constructor(private readonly queries: PolicyQueries, private readonly testRuns: PolicyTestRuns, private readonly database: Database) {}

  @Get()
  @Public()
  @ApiOperation({ summary: 'The latest version of every policy, by key' })
  async list(@Query() query: CursorQuery) {
    const limit = query.limit ?? DEFAULT_LIMIT;
    const [after] = unwrap(decodeCursor(query.cursor, 1)) ?? [];
    const policies = await this.queries.list(this.database.reader, { ...(after === undefined ? {} : { after }), limit: limit + 1 });
    return pageOf(policies, limit, ({ key }) => [key]);
  }

  @Get('effective')
  @Public()
  @ApiOperation({ summary: 'The versions that answer for an event' })
  async effective(@Query() query: EffectiveQuery) {
    const at = unwrap(instantIn(query.at, '/at'));
    return { items: unwrap(await this.queries.effectiveViews(this.database.reader, at, query.key)) };
  }

  @Get(':key/versions')
  @Public()
  @ApiOperation({ summary: 'All versions of a policy' })
  async versions(@Param('key') key: string) {
    return { items: unwrap(await this.queries.versions(this.database.reader, key)) };
  }

  @Get(':key/versions/:version')
  @Public()
  @ApiOperation({ summary: 'One version: as written, and as resolved and hashed' })
  async version(@Param('key') key: string, @Param('version') version: string) {
    return unwrap(await this.queries.document(this.database.reader, key, version));
  }

  @Post(':key/versions/:version/test-runs')
  @Requires('policy.test')
  @HttpCode(200)
  @ApiOperation({ summary: 'What a version makes of given values; stores nothing' })
  async testRun(@Param('key') key: string, @Param('version') version: string, @Body() { given }: TestRunDto) {
    return unwrap(await this.testRuns.run(this.database.reader, key, version, given));
  }
}
