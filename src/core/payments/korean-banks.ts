/**
 * Banks and payment institutions of Korea by the three-digit code that transfers name (금융기관 공동코드), in 2026. Source: Bank of
 * Korea and Korea Financial Telecommunications & Clearings Institute, as the banks print the codes in their transfer forms.
 */
export const KOREAN_BANKS: Readonly<Record<string, string>> = {
  '002': 'KDB산업은행', '003': 'IBK기업은행', '004': 'KB국민은행', '007': 'Sh수협은행', '011': 'NH농협은행', '012': '지역농축협', '020': '우리은행', '023': 'SC제일은행',
  '027': '한국씨티은행', '031': 'iM뱅크', '032': '부산은행', '034': '광주은행', '035': '제주은행', '037': '전북은행', '039': '경남은행', '045': '새마을금고', '048': '신협',
  '050': '저축은행', '054': 'HSBC', '055': '도이치은행', '057': 'JP모간체이스', '060': 'BOA', '061': 'BNP파리바', '062': '중국공상은행', '063': '중국은행', '064': '산림조합',
  '067': '중국건설은행', '071': '우체국', '081': '하나은행', '088': '신한은행', '089': '케이뱅크', '090': '카카오뱅크', '092': '토스뱅크',
};
