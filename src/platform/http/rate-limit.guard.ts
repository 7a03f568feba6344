import { mixin, type CanActivate, type ExecutionContext, type Type } from '@nestjs/common';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import type { MakegoodRequest } from './metadata.js';
import { RefusalException } from './refusal-exception.js';

/** At most so many requests from one address; for what anybody may ask and costs us a calculation. Counted in each process. */
export function limitedTo(most: number, perSeconds: number): Type<CanActivate> {
  class AddressLimit implements CanActivate {
    readonly #limiter = new RateLimiterMemory({ points: most, duration: perSeconds });

    async canActivate(host: ExecutionContext): Promise<boolean> {
      try {
        await this.#limiter.consume(host.switchToHttp().getRequest<MakegoodRequest>().ip);
        return true;
      } catch (error) {
        if (!(error instanceof RateLimiterRes)) throw error;
        throw new RefusalException({ code: 'rate.too_many', params: { retryAfterSeconds: Math.ceil(error.msBeforeNext / 1_000) } });
      }
    }
  }
  return mixin(AddressLimit);
}
