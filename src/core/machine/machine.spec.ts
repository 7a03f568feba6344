import { describe, expect, it } from '@jest/globals';
import { ok, refuse } from '../errors/index.js';
import { allowedEvents, decide, structuralFaults, toMermaid, transitionRows, type Machine } from './index.js';

type State = 'open' | 'shut' | 'gone';
type Event = 'close' | 'reopen' | 'destroy';

const door: Machine<State, Event, 'hasKey'> = {
  name: 'door', states: ['open', 'shut', 'gone'], initial: 'open', final: ['gone'],
  events: {
    close: { from: ['open'], to: ['shut'], actors: ['door.close'], guards: [] },
    reopen: { from: ['shut'], to: ['open'], actors: ['door.open'], guards: ['hasKey'] },
    destroy: { from: ['open', 'shut'], to: ['gone'], actors: ['system'], guards: [] },
  },
};
const guards = { hasKey: ({ key }: { key: boolean }) => (key ? ok(undefined) : refuse('door.locked')) };

describe('a machine', () => {
  it('refuses what the table does not list, and says what it does', () => {
    expect(decide(door, { state: 'gone', event: 'close' }, guards, { key: true }))
      .toMatchObject({ refusal: { code: 'machine.not_allowed', params: { allowed: [] } } });
    expect(decide(door, { state: 'shut', event: 'close' }, guards, { key: true }))
      .toMatchObject({ refusal: { params: { allowed: ['reopen', 'destroy'] } } });
  });

  it('passes only when every guard does', () => {
    expect(decide(door, { state: 'shut', event: 'reopen' }, guards, { key: false })).toMatchObject({ refusal: { code: 'door.locked' } });
    expect(decide(door, { state: 'shut', event: 'reopen' }, guards, { key: true })).toEqual(ok('open'));
  });

  it('lists what may happen in a state', () => {
    expect(allowedEvents(door, 'open')).toEqual(['close', 'destroy']);
  });

  it('refuses a target the event does not lead to', () => {
    expect(decide(door, { state: 'open', event: 'close', to: 'gone' }, guards, { key: true }).ok).toBe(false);
  });

  it('is checked for unreachable states, dead ends and unknown names', () => {
    expect(structuralFaults(door)).toEqual([]);
    expect(structuralFaults({ ...door, final: [] })).toEqual(['nothing leaves gone, and it is not final']);
    expect(structuralFaults({ ...door, states: [...door.states, 'attic' as State] })).toContain('nothing reaches attic');
  });

  it('is drawn and listed from the same table', () => {
    expect(transitionRows(door)).toHaveLength(4);
    expect(toMermaid(door)).toContain('shut --> open: reopen');
  });
});
