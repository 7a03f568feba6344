import type { Language } from '../../../core/policy/index.js';
import type { EXPLAINED, RequestItem } from './request-catalogue.rules.js';

/** What a sentence about an item is filled in with, in the language of the sentence. */
export interface ItemNames {
  /** A period as somebody would say it. */
  readonly period: string;
  /** A kind of evidence; left out, it is said in general. */
  readonly evidence?: string;
  /** The question of the policy's input. */
  readonly question: string;
}

type Words = Readonly<Record<Language, string>>;

const EXPLANATIONS: Readonly<Record<(typeof EXPLAINED)[number], Words>> = {
  trading: {
    en: 'How your business traded during the outage', ko: '장애 중에 영업을 어떻게 하셨는지', fr: 'Comment votre commerce a fonctionné pendant la panne',
  },
  sales_pattern: {
    en: 'Why the sales in your records rise or fall as they do', ko: '매출 자료의 오르내림이 왜 그런지', fr: 'Pourquoi les ventes de vos relevés montent ou baissent ainsi',
  },
  services: {
    en: 'How you used the services that failed', ko: '장애가 난 서비스를 어떻게 이용하셨는지', fr: 'Comment vous utilisiez les services tombés en panne',
  },
  paid_elsewhere: {
    en: 'What was paid or claimed elsewhere for the same loss', ko: '같은 손실로 다른 곳에서 받았거나 청구한 것', fr: 'Ce qui a été payé ou demandé ailleurs pour la même perte',
  },
};

const evidence = (name: string | undefined): Words => (name === undefined
  ? { en: 'A photo or a document', ko: '사진 또는 서류', fr: 'Une photo ou un document' }
  : { en: `Photo or document: ${name}`, ko: `사진 또는 서류: ${name}`, fr: `Photo ou document : ${name}` });

/** What is asked for, as one line. */
export function itemWords({ kind, subject }: RequestItem, { period, question, ...names }: ItemNames, language: Language): string {
  switch (kind) {
    case 'sales_records': return { en: `Sales records, ${period}`, ko: `매출 자료, ${period}`, fr: `Relevés de ventes, ${period}` }[language];
    case 'evidence': return evidence(names.evidence)[language];
    case 'answer': return { en: `Your answer to “${question}”, checked again`, ko: `“${question}” 답변 다시 확인`, fr: `Votre réponse à « ${question} », à vérifier` }[language];
    case 'opening_hours': return { en: 'Your opening hours, checked again', ko: '영업시간 다시 확인', fr: 'Vos heures d’ouverture, à vérifier' }[language];
    case 'identity': return { en: 'Proof of who you are', ko: '본인 확인 서류', fr: 'Une preuve de votre identité' }[language];
    case 'explanation': return EXPLANATIONS[subject as (typeof EXPLAINED)[number]][language];
  }
}
