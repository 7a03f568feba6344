import { Get } from '@nestjs/common';
import { Requires } from '../../platform/http/metadata.js';
import { HoldDesk } from '../../modules/review/index.js';
import { Pages } from '../shared/portal.page.js';
import { View } from '../shared/view.page.js';

/** Holds whose day has come: somebody looks whether each is still needed. */
@Pages('holds')
export class HoldListController {
  constructor(private readonly desk: HoldDesk) {}

  @Get()
  @Requires('hold.place')
  async list(): Promise<View> {
    return new View('staff/holds/list.njk', { holds: await this.desk.overdue() });
  }
}
