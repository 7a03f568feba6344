import { Stryker } from '@stryker-mutator/core';
import { SCOPES, optionsOf } from '../stryker.config.mjs';
const wanted = process.argv.slice(2);
for (const scope of wanted.length > 0 ? wanted : Object.keys(SCOPES)) await new Stryker(optionsOf(scope)).runMutationTest();
