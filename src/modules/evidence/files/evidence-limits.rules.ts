const MIB = 1_048_576;

/** What is taken, stated before anybody chooses a file. */
export const EVIDENCE_LIMITS = { fileBytes: 20 * MIB, files: 20, allBytes: 100 * MIB, unfinishedHours: 24 } as const;

/** Media types by what the bytes are, with the name's ending that belongs to each. */
export const EVIDENCE_TYPES = {
  'image/jpeg': 'jpg', 'image/png': 'png', 'image/heic': 'heic', 'image/heif': 'heif', 'image/webp': 'webp', 'application/pdf': 'pdf',
} as const;
export type EvidenceType = keyof typeof EVIDENCE_TYPES;

export const isEvidenceType = (type: string): type is EvidenceType => Object.hasOwn(EVIDENCE_TYPES, type);

/** The names people know them by. */
export const EVIDENCE_FORMS = ['JPEG', 'PNG', 'HEIC', 'WebP', 'PDF'] as const;

/** What is neither named by the policy nor needed by it, and still worth showing. */
export const OTHER_KIND = 'other';

/** Sales have a way of their own; a file that is one is no evidence of this sort. */
const SALES_KINDS = ['sales'];

/** The kinds that files of a claim may be of: what the policy asks for, what its inputs name as their proof, and anything else. */
export function kindsOf(process: readonly string[], inputs: readonly (string | undefined)[]): { readonly needed: readonly string[]; readonly helpful: readonly string[]; readonly taken: readonly string[] } {
  const needed = [...new Set(process)].filter((kind) => !SALES_KINDS.includes(kind));
  const named = inputs.filter((kind) => kind !== undefined && kind !== '' && !SALES_KINDS.includes(kind) && !needed.includes(kind)) as string[];
  const helpful = [...new Set(named)];
  return { needed, helpful, taken: [...needed, ...helpful.filter((kind) => kind !== OTHER_KIND), OTHER_KIND] };
}
