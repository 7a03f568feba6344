/** While one part is worked on, the next is being read: more would only wait for the same connection. */
const LANES = 2;

/**
 * Does `work` for a list in parts of `size`, two parts at a time, and gives all answers in the order of the list.
 *
 * For work that reads and reckons in turns: the database answers one part while the process is busy with the other. When a part
 * fails nothing new is begun, and the failure is thrown once the other part has ended, so that no statement outlives its transaction.
 */
export async function inLanes<T, R>(list: readonly T[], size: number, work: (part: readonly T[]) => Promise<readonly R[]>): Promise<R[]> {
  const parts = Array.from({ length: Math.ceil(list.length / size) }, (_, index) => list.slice(index * size, (index + 1) * size));
  const answers: (readonly R[])[] = parts.map(() => []);
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let index = next++; index < parts.length; index = next++) {
      try {
        answers[index] = await work(parts[index] as readonly T[]);
      } catch (error) {
        next = parts.length;
        throw error;
      }
    }
  };
  const failed = (await Promise.allSettled(Array.from({ length: LANES }, lane))).find((outcome) => outcome.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  return answers.flat();
}
