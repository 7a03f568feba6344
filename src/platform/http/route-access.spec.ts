import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, Get, type ExecutionContext, type INestApplication } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import { MandateReader } from '../access/mandate-reader.js';
import { SessionReader } from '../access/session-reader.js';
import { SystemClock } from '../clock/clock.js';
import { AccessGuard } from './access.guard.js';
import { Public } from './metadata.js';
import { assertEveryRouteDeclared } from './route-access.js';

@Controller('silent')
class SilentController {
  @Get()
  answer(): string {
    return 'nobody said who may read this';
  }
}

@Controller('open')
class OpenController {
  @Get()
  @Public()
  answer(): string {
    return 'anybody';
  }
}

class NoSessions extends SessionReader {
  resolve(): Promise<undefined> {
    return Promise.resolve(undefined);
  }
}

class NoMandates extends MandateReader {
  actingFor(): Promise<undefined> {
    return Promise.resolve(undefined);
  }
}

/** A request to the handler of a controller, as the guard sees it. */
const asking = (controller: typeof SilentController | typeof OpenController): ExecutionContext => ({
  getHandler: () => controller.prototype.answer, getClass: () => controller, switchToHttp: () => ({ getRequest: () => ({ headers: {} }) }),
}) as unknown as ExecutionContext;

describe('a handler that does not say who may call it', () => {
  let app: INestApplication;

  beforeAll(async () => {
    app = (await Test.createTestingModule({ controllers: [SilentController, OpenController] }).compile()) as unknown as INestApplication;
  });

  afterAll(() => app.close());

  it('is named, alone, and the server does not start', () => {
    expect(() => assertEveryRouteDeclared(app)).toThrow(/: SilentController\.answer$/);
  });

  it('lets nobody in should it ever be reached', async () => {
    const guard = new AccessGuard(new Reflector(), new NoSessions(), new NoMandates(), new SystemClock());
    await expect(guard.canActivate(asking(SilentController))).rejects.toMatchObject({ refusal: { code: 'access.undeclared' } });
    await expect(guard.canActivate(asking(OpenController))).resolves.toBe(true);
  });
});
