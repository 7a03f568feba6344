/** What was worked out of an object, by question; forgotten with the object. */
export type Answers = WeakMap<object, Map<string, unknown>>;

/** More questions about one object than this are not kept: it is a page of claims, not the whole book. */
const MOST = 256;

/** The answer that was worked out before, or now. For objects that never change in place and answers that are functions of them and the question. */
export function onceFor<T>(answers: Answers, of: object, question: string, make: () => T): T {
  let known = answers.get(of);
  if (known === undefined) {
    known = new Map();
    answers.set(of, known);
  }
  if (known.has(question)) return known.get(question) as T;
  const made = make();
  if (known.size >= MOST) known.clear();
  known.set(question, made);
  return made;
}
