import { describe, expect, it } from '@jest/globals';
import { readDeclarations } from './declarations.form.js';

const faults = (body: object): (string | undefined)[] => {
  const read = readDeclarations(body);
  return read.ok ? [] : (read.refusal.causes ?? [read.refusal]).map(({ pointer }) => pointer);
};

describe('declarations', () => {
  it.each([
    [{}, ['/paidElsewhere', '/isTrue']], [{ isTrue: 'yes' }, ['/paidElsewhere']], [{ paidElsewhere: 'no' }, ['/isTrue']], [{ paidElsewhere: 'yes', elsewhereDetails: ' ' }, ['/elsewhereDetails', '/isTrue']],
    [{ paidElsewhere: 'yes', elsewhereDetails: 'My insurer, ₩50,000', isTrue: 'yes' }, []], [{ paidElsewhere: 'maybe', isTrue: 'no' }, ['/paidElsewhere', '/isTrue']],
  ])('of %j: everything that is missing is said at once', (body, pointers) => {
    expect(faults(body)).toEqual(pointers);
  });

  it('keep what was paid elsewhere only where somebody paid', () => {
    expect(readDeclarations({ paidElsewhere: 'no', elsewhereDetails: 'left over', isTrue: 'yes' })).toEqual({ ok: true, value: { isTrue: true, paidElsewhere: false } });
  });
});
