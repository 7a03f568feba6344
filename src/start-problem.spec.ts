import { describe, expect, it } from '@jest/globals';
import { RefusalException } from './platform/http/refusal-exception.js';
import { startProblem } from './start-problem.js';

const fault = (code: string, syscall: string): Error => Object.assign(new Error(code), { code, syscall, path: '/app/.makegood' });

describe('a start that fails', () => {
  it.each([['EROFS', 'open'], ['EACCES', 'mkdir'], ['ENOENT', 'mkdir']])('by %s of %s says which folder cannot be written', (code, syscall) => {
    expect(startProblem(fault(code, syscall))).toContain('/app/.makegood cannot be written');
  });

  it('by a file that is missing is a bug of ours, with its stack', () => {
    expect(startProblem(fault('ENOENT', 'open'))).toMatch(/^Error: ENOENT\n\s+at /);
  });

  it('by a refusal says it as the API would, causes and all', () => {
    const causes = [{ code: 'http.not_found', params: {} }];
    const words = startProblem(new RefusalException({ code: 'http.not_found', params: {}, causes })).split('\n');
    expect(words[0]).toMatch(/^Nothing here: There is nothing/);
    expect(words[1]).toMatch(/\(http\.not_found\)$/);
  });
});
