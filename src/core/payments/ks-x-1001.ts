/** Rows and cells of KS X 1001 start here in EUC-KR; codes before it are an extension of Windows that bank hosts do not know. */
const [FIRST, LAST] = [0xa1, 0xfe];

let characters: ReadonlySet<string> | undefined;

function readCharacters(): ReadonlySet<string> {
  const decoder = new TextDecoder('euc-kr', { fatal: true });
  const found = new Set<string>();
  for (let row = FIRST; row <= LAST; row += 1) {
    for (let cell = FIRST; cell <= LAST; cell += 1) {
      try {
        found.add(decoder.decode(new Uint8Array([row, cell])));
      } catch {
        // A cell that the standard leaves empty.
      }
    }
  }
  return found;
}

/** Whether EUC-KR has the character: ASCII, or one of KS X 1001. Edge: 똠 is one of Windows alone and is not. */
export function isEucKr(character: string): boolean {
  characters ??= readCharacters();
  return /^[\x20-\x7e]$/.test(character) || characters.has(character);
}

/** Bytes of a text in EUC-KR: one for ASCII, two for everything else. */
export const eucKrBytes = (text: string): number => [...text].reduce((bytes, character) => bytes + (character <= '\x7f' ? 1 : 2), 0);
