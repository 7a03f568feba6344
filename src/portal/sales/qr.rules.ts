import { encode } from 'uqr';

/** A QR code as one path of an SVG, in units of a module, its quiet border included. */
export interface QrDrawing {
  readonly size: number;
  readonly path: string;
}

/** Edge: colours are left to the style sheet, since a page carries no styles of its own. */
export function qrOf(text: string): QrDrawing {
  const { data, size } = encode(text, { border: 4, ecc: 'M' });
  const path = data.flatMap((row, y) => row.flatMap((isDark, x) => (isDark ? [`M${x} ${y}h1v1h-1z`] : []))).join('');
  return { size, path };
}
