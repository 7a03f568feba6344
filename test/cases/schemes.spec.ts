import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';

/** The schemes the engine is measured against, by the short names of the comparison, and the policies that express them. */
const SCHEMES: Readonly<Record<string, readonly string[]>> = {
  'Kakao 2022, free services': ['kr-kakao-2022-free-service'], 'Kakao 2022, paid services': ['kr-kakao-2022-paid-service'], 'KT 2018': ['kr-kt-2018'], 'KT 2021': ['kr-kt-2021'],
  'Korean telecom terms': ['kr-telecom-terms'], 'LG U+ 2023': ['kr-lgu-2023'], 'Ofcom automatic compensation': ['uk-ofcom-automatic-compensation'], 'BT Business': ['uk-bt-business'],
  'Delay Repay': ['uk-delay-repay'], 'EU 261': ['eu-261'], 'UK power standards': ['uk-power-standards'], 'Australian CSG': ['au-customer-service-guarantee'], 'TIO business loss': ['au-tio-business-loss'],
  'Rogers 2022': ['ca-rogers-2022'], 'AT&T Guarantee': ['us-att-guarantee'], 'KDDI 2022': ['jp-kddi-2022'], 'AWS EC2': ['aws-ec2'], 'AWS S3': ['aws-s3'], 'Google Compute Engine': ['google-compute-engine'],
  'Azure VM': ['azure-virtual-machines'], 'ISO CP 00 30': ['us-iso-cp-00-30'], 'UK gross profit': ['uk-gross-profit'], 'Cyber business interruption': ['cyber-business-interruption'],
  'Deepwater Horizon': ['us-deepwater-horizon'], 'Post Office Horizon': ['uk-post-office-horizon'], 'SEISS': ['uk-seiss-5'], 'UK rateable-value grants': ['uk-rateable-value-grants'],
  'Korean loss compensation': ['kr-loss-compensation'], 'Japan cooperation money': ['jp-cooperation-money'], 'Japan revival money': ['jp-revival-money'],
  'Restaurant Revitalization Fund': ['us-restaurant-revitalization-fund'], 'PPP second draw': ['us-ppp-second-draw'], 'Settlement fund with tiers': ['us-settlement-tiers'], 'Marginal slices': ['us-big-fish-slices'],
};

describe('the 34 schemes', () => {
  it('are all counted', () => {
    expect(Object.keys(SCHEMES)).toHaveLength(34);
  });

  it.each(Object.entries(SCHEMES))('%s ships as a policy', (_scheme, policies) => {
    expect(policies.filter((policy) => !existsSync(`policies/${policy}.yaml`))).toEqual([]);
  });

  it('lack no block: what is beside a claim is named, with where it belongs', () => {
    expect(readFileSync('docs/domain/not-expressible.md', 'utf8')).toContain('no block is missing');
  });

  it('stand beside the default, in four currencies', () => {
    expect(['krw', 'gbp', 'eur', 'usd'].filter((code) => !existsSync(`policies/default-${code}.yaml`))).toEqual([]);
  });
});
