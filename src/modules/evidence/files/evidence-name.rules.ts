const MOST_CHARACTERS = 120;
/** Controls, format characters (also those that turn the reading direction round), halves of surrogates, private use. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/gu;
const RESERVED = /[<>:"/\\|?*]/g;
/** How browsers write quotation marks and line ends in the name of a form's file. */
const FORM_ENCODED = /%(22|0d|0a)/gi;
const DEVICES = /^(con|prn|aux|nul|com\d|lpt\d)$/i;

/**
 * The name a file is shown and given back under: what somebody called it, without anything that a system, a terminal or a reader could
 * take for more than a name, and with the ending of what the file is. Never used as a path.
 * Edge: nothing left over is called "file"; a long name is cut in its middle part, never in its ending.
 */
export function safeName(stated: string | undefined, ending: string): string {
  const last = (stated ?? '').toWellFormed().normalize('NFC').split(/[/\\]/).at(-1) ?? '';
  const plain = last.replaceAll(FORM_ENCODED, '_').replaceAll(UNSEEN, '').replaceAll(RESERVED, '_').replaceAll(/\s+/g, ' ');
  const stem = trimmed(ending === '' ? plain : plain.replace(/\.[A-Za-z0-9]{1,8}$/, ''));
  const short = trimmed([...stem].slice(0, MOST_CHARACTERS).join(''));
  const named = short === '' ? 'file' : DEVICES.test(short.split('.')[0] ?? '') ? `_${short}` : short;
  return ending === '' ? named : `${named}.${ending}`;
}

const trimmed = (text: string): string => text.replaceAll(/^[\s.]+|[\s.]+$/g, '');
