import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Public } from './metadata.js';
import { problemTypes, type ProblemTypeView } from './problem.js';

@ApiTags('platform')
@Controller('v1/problem-types')
export class ProblemTypesController {
  @Get()
  @Public()
  @ApiOperation({ summary: 'Every problem this API may answer with' })
  list(): { items: ProblemTypeView[] } {
    return { items: problemTypes() };
  }
}
