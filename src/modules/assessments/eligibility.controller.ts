import { Body, Controller, HttpCode, Post, UseGuards } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Public } from '../../platform/http/metadata.js';
import { limitedTo } from '../../platform/http/rate-limit.guard.js';
import { unwrap } from '../../platform/http/refusal-exception.js';
import { intervalIn } from '../../platform/http/wire.js';
import { EligibilityCheckDto } from './dto/eligibility.dto.js';
import { EligibilityChecks } from './eligibility-checks.service.js';

@ApiTags('schemes')
@Controller('v1/eligibility-checks')
export class EligibilityController {
  constructor(private readonly checks: EligibilityChecks) {}

  @Post()
  @Public()
  @HttpCode(200)
  @UseGuards(limitedTo(60, 60))
  @ApiOperation({ summary: 'Whether a claim is worth filing: recorded time, likely range, what is needed, until when. Stores nothing; at most 60 a minute' })
  async check(@Body() { scheme, service, trade, region, window }: EligibilityCheckDto) {
    return unwrap(await this.checks.check({
      scheme, service, trade, ...(region === undefined ? {} : { region }), ...(window === undefined ? {} : { window: unwrap(intervalIn(window, '/window')) }),
    }));
  }
}
