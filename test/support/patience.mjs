// Suites share two cores with a database: five seconds is too little for a hook that makes a world.
import { jest } from '@jest/globals';

jest.setTimeout(60_000);
