import { ok, refuse, type Result } from '../errors/index.js';

export interface Transition<State extends string, Guard extends string = string> {
  readonly from: readonly State[];
  /** Where it may lead. More than one when the outcome depends on the case; the caller names which. */
  readonly to: readonly State[];
  /** Of those, the pairs that are meant, where not every state of `from` leads to every one of `to`. */
  readonly pairs?: readonly (readonly [State, State])[];
  /** Who may cause it, in the words of the permission table; `system` for rules and timers. */
  readonly actors: readonly string[];
  readonly guards: readonly Guard[];
}

/** A typed table: whatever it does not list is refused. */
export interface Machine<State extends string, Event extends string, Guard extends string = string> {
  readonly name: string;
  readonly states: readonly State[];
  readonly initial: State;
  readonly final: readonly State[];
  readonly events: Readonly<Record<Event, Transition<State, Guard>>>;
}

/** Whether the transition leads from one state to the other. Edge: with `pairs`, states that are both listed but not as a pair do not. */
export const leads = <S extends string>({ from, to, pairs }: Pick<Transition<S>, 'from' | 'to' | 'pairs'>, source: S, target: S): boolean =>
  from.includes(source) && to.includes(target) && (pairs === undefined || pairs.some(([a, b]) => a === source && b === target));

export type MachineFault = 'machine.not_allowed';

/** Guards over facts: undefined lets pass, a refusal says why not. */
export type Guards<Guard extends string, Facts> = Readonly<Record<Guard, (facts: Facts) => Result<void>>>;

/** The events that may happen in `state`. Edge: none in a state nothing leaves. */
export function allowedEvents<S extends string, E extends string>(machine: Machine<S, E>, state: S): E[] {
  return (Object.keys(machine.events) as E[]).filter((event) => machine.events[event].from.includes(state));
}

/**
 * Whether `event` may move an object in `state` to `to`. Pure; changes nothing.
 *
 * Codes: `machine.not_allowed` (params list what is), or the first refusing guard's own. Edge: a target the event does not list is `machine.not_allowed`.
 */
export function decide<S extends string, E extends string, G extends string, Facts>(
  machine: Machine<S, E, G>,
  move: { readonly state: S; readonly event: E; readonly to?: S },
  guards: Guards<G, Facts>,
  facts: Facts,
): Result<S> {
  const transition = machine.events[move.event];
  const to = move.to ?? transition.to[0];
  if (to === undefined || !leads(transition, move.state, to)) {
    const allowed = allowedEvents(machine, move.state);
    return refuse('machine.not_allowed', { machine: machine.name, event: move.event, state: move.state, allowed });
  }
  for (const guard of transition.guards) {
    const verdict = guards[guard](facts);
    if (!verdict.ok) return verdict;
  }
  return ok(to);
}

/**
 * Faults of a table as sentences: unknown states, states nothing reaches, states that are not final and that nothing leaves,
 * and final states that something leaves without saying so. `later` events count, since the table is complete from the start.
 * Edge: a machine of one state, initial and final, has none.
 */
export function structuralFaults<S extends string, E extends string>(machine: Machine<S, E>): string[] {
  const known = new Set<string>(machine.states);
  const transitions = Object.entries<Transition<S>>(machine.events);
  const faults = transitions.flatMap(([event, { from, to }]) =>
    [...from, ...to].filter((state) => !known.has(state)).map((state) => `${event} names the unknown state ${state}`));
  const reached = new Set<string>([machine.initial]);
  for (let before = -1; before !== reached.size;) {
    before = reached.size;
    for (const [, { from, to }] of transitions) {
      if (from.some((state) => reached.has(state))) to.forEach((state) => reached.add(state));
    }
  }
  for (const state of machine.states) {
    if (!reached.has(state)) faults.push(`nothing reaches ${state}`);
    const left = transitions.some(([, { from, to }]) => from.includes(state) && to.some((target) => target !== state));
    if (!left && !machine.final.includes(state)) faults.push(`nothing leaves ${state}, and it is not final`);
  }
  return faults;
}

/** One row per event and pair of states: what a database trigger or an exhaustive test is made from. */
export function transitionRows<S extends string, E extends string>(machine: Machine<S, E>): { event: E; from: S; to: S }[] {
  return (Object.keys(machine.events) as E[]).flatMap((event) => {
    const transition = machine.events[event];
    return transition.from.flatMap((source) => transition.to.filter((target) => leads(transition, source, target)).map((target) => ({ event, from: source, to: target })));
  });
}

/** The table as a mermaid state diagram. */
export function toMermaid<S extends string, E extends string>(machine: Machine<S, E>): string {
  const lines = transitionRows(machine).map(({ event, from, to }) => `  ${from} --> ${to}: ${event}`);
  const ends = machine.final.map((state) => `  ${state} --> [*]`);
  return ['stateDiagram-v2', `  [*] --> ${machine.initial}`, ...lines, ...ends].join('\n');
}
