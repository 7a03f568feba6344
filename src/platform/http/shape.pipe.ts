import { ValidationPipe, type ArgumentMetadata, type ValidationError } from '@nestjs/common';
import type { Refusal } from '../../core/errors/index.js';
import { RefusalException } from './refusal-exception.js';

/** As many as people read; their number is said whole. */
const MOST_FAULTS = 100;

const escape = (key: string): string => key.replaceAll('~', '~0').replaceAll('/', '~1');

function causesOf(errors: readonly ValidationError[], pointer: string): Refusal[] {
  return errors.flatMap((error) => {
    const here = `${pointer}/${escape(error.property)}`;
    const own = Object.values(error.constraints ?? {}).map((detail): Refusal => ({ code: 'http.field', params: { detail }, pointer: here }));
    return [...own, ...causesOf(error.children ?? [], here)];
  });
}

/** A list in the place of an object would be checked item by item, and then read as an object without members. */
class ShapePipe extends ValidationPipe {
  override transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    const isListed = metadata.type === 'body' && metadata.metatype !== undefined && metadata.metatype !== Object && metadata.metatype !== Array && Array.isArray(value);
    if (!isListed) return super.transform(value, metadata) as Promise<unknown>;
    throw new RefusalException({ code: 'http.shape', params: { count: 1 }, causes: [{ code: 'http.field', params: { detail: 'the body must be an object' }, pointer: '' }] });
  }
}

/** Shape only: types, lengths, unknown fields. The faults at once, each with its pointer. */
export const shapePipe = (): ValidationPipe => new ShapePipe({
  transform: true, whitelist: true, forbidNonWhitelisted: true, forbidUnknownValues: true, stopAtFirstError: true,
  transformOptions: { exposeDefaultValues: true },
  validationError: { target: false, value: false },
  exceptionFactory: (errors) => {
    const causes = causesOf(errors, '');
    return new RefusalException({ code: 'http.shape', params: { count: causes.length }, causes: causes.slice(0, MOST_FAULTS) });
  },
});
