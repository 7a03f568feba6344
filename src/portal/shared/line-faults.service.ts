import { Injectable } from '@nestjs/common';
import type { PayoutMethod } from '../../modules/funds/index.js';
import { returnWords } from '../../modules/payouts/index.js';
import { PageRenderer } from './page-renderer.service.js';
import type { Visit } from './portal.page.js';

/** Why a payment is not paid, in words for finance: what stopped it here, or what its bank or whoever puts it on bills said, with their code; an empty reason is one who gave none. */
@Injectable()
export class LineFaults {
  constructor(private readonly renderer: PageRenderer) {}

  in({ language }: Visit): (reason: string, method?: PayoutMethod) => string {
    const { t, has } = this.renderer.speaking(language);
    return (reason, method = 'bank') => {
      const ours = `reports.words.blocks.${reason}`;
      if (has(ours)) return t(ours);
      const words = returnWords(reason, method, 'bank');
      if (words === undefined) return t('back.file_refused');
      return reason === '' ? t(`back.faults.${words}`) : `${t(`back.faults.${words}`)} (${reason})`;
    };
  }
}
