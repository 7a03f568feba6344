import { Controller, Get, Header } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Public } from '../../platform/http/metadata.js';
import { unwrap } from '../../platform/http/refusal-exception.js';
import { ReceiptKeys } from './receipt-keys.service.js';

@ApiTags('assessments')
@Controller('.well-known')
export class ReceiptKeysController {
  constructor(private readonly keys: ReceiptKeys) {}

  @Get('jwks.json')
  @Public()
  @Header('cache-control', 'public, max-age=300')
  @ApiOperation({ summary: 'Public keys of all receipts ever signed here (RFC 7517, Ed25519)' })
  async published() {
    return unwrap(await this.keys.published());
  }
}
