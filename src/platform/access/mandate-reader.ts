/** Says under which mandate an agent may act for a merchant; bound by the module that keeps mandates. */
export abstract class MandateReader {
  /** Undefined when there is none that counts, or no such merchant: the two are not told apart. */
  abstract actingFor(userId: string, merchantId: string): Promise<string | undefined>;
}
