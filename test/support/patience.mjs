// Suites share two cores with a database: a world takes seconds to make, and minutes on a busy machine.
import { jest } from '@jest/globals';

jest.setTimeout(180_000);
