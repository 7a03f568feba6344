import { josa } from 'es-hangul';

/** As sentences write a particle whose form hangs on the word before it, and what it is chosen from. */
const FORMS = { '은(는)': '은/는', '이(가)': '이/가', '을(를)': '을/를', '와(과)': '와/과', '과(와)': '와/과', '(으)로': '으로/로' } as const;
const OPEN = /([가-힣])([”’"')\]]*)(은\(는\)|이\(가\)|을\(를\)|와\(과\)|과\(와\)|\(으\)로)/gu;

/**
 * A Korean sentence with each open particle in the form that the word before it takes, be it in quotes or brackets. After figures, signs and
 * foreign letters it stays open, as Korean print has it: how those are read aloud is not written. Example: `서울(으)로`, `“점검”은(는)` and `MG-1은(는)`
 * become `서울로`, `“점검”은` and `MG-1은(는)`.
 */
export const withParticles = (sentence: string): string =>
  sentence.replace(OPEN, (_, syllable: string, closing: string, form: keyof typeof FORMS) => `${syllable}${closing}${josa.pick(syllable, FORMS[form])}`);
