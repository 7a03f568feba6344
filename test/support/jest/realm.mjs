// Where tests run: in the worker's own realm, so that what is tested is loaded once for all files of a worker (see runner.mjs).
import { ModuleMocker } from 'jest-mock';

export default class Realm {
  moduleMocker = new ModuleMocker(globalThis);
  // What jest puts into a realm of its own: here beside the worker's, which outlives the file.
  global = {};
  #console;

  constructor(_config, { console }) {
    this.#console = console;
  }

  async setup() {
    this.#swapConsoles();
  }

  async teardown() {
    this.moduleMocker.restoreAllMocks();
    this.#swapConsoles();
  }

  #swapConsoles() {
    [globalThis.console, this.#console] = [this.#console, globalThis.console];
  }

  // jest's own module loader is not used.
  getVmContext() {
    return null;
  }

  exportConditions() {
    return ['node', 'node-addons'];
  }
}
