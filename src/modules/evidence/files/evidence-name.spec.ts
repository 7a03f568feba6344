import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { safeName } from './evidence-name.rules.js';

describe('the name of a file', () => {
  it.each([
    ['IMG_2041.HEIC', 'heic', 'IMG_2041.heic'], ['영수증 10월.pdf', 'pdf', '영수증 10월.pdf'], ['../../etc/passwd', 'png', 'passwd.png'], ['..\\..\\boot.ini', 'png', 'boot.png'],
    ['photo.php.jpg', 'jpg', 'photo.php.jpg'], ['invoice.exe', 'pdf', 'invoice.pdf'], ['photo\u202egpj.exe', 'png', 'photogpj.png'], ['a\0b.png', 'png', 'ab.png'],
    ['CON.png', 'png', '_CON.png'], ['nul', 'pdf', '_nul.pdf'], ['   ...   ', 'png', 'file.png'], ['', 'pdf', 'file.pdf'], ['.htaccess', 'png', 'file.png'],
    ['a<b>"c":d|e?f*.png', 'png', 'a_b__c__d_e_f_.png'], [`${'x'.repeat(300)}.png`, 'png', `${'x'.repeat(120)}.png`], ['e\u0301te\u0301.jpg', 'jpg', '\u00e9t\u00e9.jpg'],
  ])('%j with the ending %s is %j', (stated, ending, name) => {
    expect(safeName(stated, ending)).toBe(name);
  });

  it('is called "file" when nobody said anything', () => {
    expect(safeName(undefined, 'jpg')).toBe('file.jpg');
  });

  it('leads nowhere, hides nothing and fits, whatever was stated', () => {
    const nasty = fc.string({ unit: fc.oneof(fc.constantFrom('/', '\\', '.', '..', '\0', '\u202e', '\u2066', ':', '\n', '"', '%', '\ud800', '한', '😀', 'con', ' '), fc.string({ unit: 'binary', maxLength: 3 })), maxLength: 200 });
    fc.assert(fc.property(nasty, fc.constantFrom('jpg', 'pdf', ''), (stated, ending) => {
      const name = safeName(stated, ending);
      return name.length > 0 && name.length <= 250 && [...name].length <= 130 && !/[/\\\0<>:"|?*\p{Cc}\p{Cf}\p{Cs}]/u.test(name) && !/^\.|^\s|\s$/.test(name)
        && name.isWellFormed() && (ending === '' || name.endsWith(`.${ending}`)) && safeName(name, ending) === name;
    }), { numRuns: 3_000 });
  });
});
