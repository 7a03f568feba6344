import { expect, it } from '@jest/globals';
import { Passwords } from './passwords.service.js';

it('a password is kept as argon2id over 64 MiB in three passes', async () => {
  expect(await new Passwords().hash('a password of the tests')).toMatch(/^\$argon2id\$v=19\$m=65536,t=3,p=1\$/);
});
