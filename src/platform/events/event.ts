/** A fact that has happened, stored in the transaction that made it true. Ids and plain values only, never an entity. */
export interface DomainEvent<Topic extends string = string, Payload extends object = object> {
  /** `aggregate.past_tense`, e.g. `claim.submitted`. */
  readonly topic: Topic;
  readonly aggregate: { readonly type: string; readonly id: string };
  /** Set on everything that belongs to one merchant, so that feeds and exports can be scoped by it. */
  readonly merchantId?: string;
  readonly payload: Payload;
}
