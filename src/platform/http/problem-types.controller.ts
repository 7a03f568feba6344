import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { allEntries } from './catalogue-registry.js';
import { Public } from './metadata.js';
import { STATUS } from './problem.js';

export interface ProblemTypeView {
  readonly code: string;
  readonly type: string;
  readonly status: number;
  readonly title: string;
  readonly detail: string;
}

/** Every way this API says no. */
export const problemTypes = (): ProblemTypeView[] => allEntries().map(([code, { kind, title, detail }]) =>
  ({ code, type: `/problems/${code}`, status: STATUS[kind], title, detail }));

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
