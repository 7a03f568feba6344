import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { refuseOwner } from '../../src/platform/database/running-role.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

describe('the role the application runs as', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await createTestDatabase();
  });

  afterAll(() => database.drop());

  it('may be the one with grants only', async () => {
    await expect(refuseOwner(database.appUrl)).resolves.toBeUndefined();
  });

  it('is refused when it owns the tables, in words and without the address', async () => {
    const refused = expect(refuseOwner(database.ownerUrl)).rejects;
    await refused.toMatchObject({ name: 'ConfigError', variables: ['DATABASE_URL'] });
    await expect(refuseOwner(database.ownerUrl)).rejects.not.toThrow(new URL(database.ownerUrl).password);
  });

  it('is refused when it is a superuser, who owns whatever he likes', async () => {
    const admin = new URL(process.env['MAKEGOOD_TEST_ADMIN_URL'] ?? '');
    admin.pathname = `/${database.name}`;
    await expect(refuseOwner(admin.toString())).rejects.toThrow('makegood_app');
  });
});
