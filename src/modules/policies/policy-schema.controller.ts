import { Controller, Get, Header, Headers, Res } from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { sha256Hex } from '../../core/audit/index.js';
import { policySchema } from '../../core/policy/index.js';
import { Public } from '../../platform/http/metadata.js';

/** Made from the blocks of this engine: it changes with a release and never in between. */
const TEXT = `${JSON.stringify(policySchema(), null, 1)}\n`;
const ETAG = `"${sha256Hex(TEXT)}"`;

const isKnown = (ifNoneMatch: string | undefined): boolean => (ifNoneMatch ?? '').split(',').some((tag) => ['*', ETAG].includes(tag.trim().replace(/^W\//, '')));

@ApiTags('policies')
@Controller('v1/policy-schema')
export class PolicySchemaController {
  @Get()
  @Public()
  @Header('content-type', 'application/schema+json')
  @Header('cache-control', 'public, max-age=300')
  @Header('etag', ETAG)
  @ApiProduces('application/schema+json')
  @ApiHeader({ name: 'If-None-Match', required: false, description: 'The ETag of the schema you have: 304 while it is the same.' })
  @ApiOperation({ summary: 'JSON Schema of a policy document, for editors' })
  schema(@Headers('if-none-match') ifNoneMatch: string | undefined, @Res({ passthrough: true }) reply: FastifyReply): string | undefined {
    if (!isKnown(ifNoneMatch)) return TEXT;
    void reply.status(304);
    return undefined;
  }
}
