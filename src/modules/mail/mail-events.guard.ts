import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { MakegoodRequest } from '../../platform/http/metadata.js';
import { unwrap } from '../../platform/http/refusal-exception.js';
import { MailEvents } from './mail-events.service.js';

/** The signature is looked at before anything that it is over is read: whoever cannot sign learns nothing about what would be taken. */
@Injectable()
export class MailEventsGuard implements CanActivate {
  constructor(private readonly events: MailEvents) {}

  canActivate(host: ExecutionContext): boolean {
    const { headers, bytes, bodyFault } = host.switchToHttp().getRequest<MakegoodRequest>();
    const header = headers['makegood-signature'];
    unwrap(this.events.believes(typeof header === 'string' ? header : '', bytes ?? Buffer.alloc(0)));
    if (bodyFault !== undefined) throw bodyFault;
    return true;
  }
}
