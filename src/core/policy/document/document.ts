/** A policy as written, every scalar still text. The shape is checked by `readPolicy`, the meaning by `checkPolicy`. */
export interface PolicyDocument {
  readonly policy: string;
  readonly use: 'template' | 'reference';
  readonly title: Texts;
  readonly sources: readonly string[];
  readonly currency: string;
  readonly head: HeadOfLoss;
  readonly selectBy: SelectBy;
  /** The boundary decisions every policy must state, in words: see SAYINGS. */
  readonly says: Readonly<Record<string, string>>;
  /** Whether the policy counts sales with or without value added tax; left out, as its inputs say, or as they are brought. */
  readonly salesBasis?: TaxBasis;
  readonly inputs: Readonly<Record<string, InputDefinition>>;
  readonly params: Readonly<Record<string, ParamDefinition>>;
  readonly steps: readonly StepDefinition[];
  readonly result: ResultDefinition;
  readonly process: ProcessDefinition;
  readonly fund: FundDefinition;
  /** Reasons of this policy alone, beside the shared catalogue. */
  readonly reasons: Readonly<Record<string, Texts>>;
  readonly examples: readonly ExampleDefinition[];
}

export interface Texts {
  readonly en: string;
  readonly ko: string;
  readonly fr: string;
}

export const LANGUAGES = ['en', 'ko', 'fr'] as const;
export type Language = (typeof LANGUAGES)[number];

/** Whether amounts hold value added tax (`gross`) or not. */
export const TAX_BASES = ['net_of_tax', 'gross'] as const;
export type TaxBasis = (typeof TAX_BASES)[number];

/** In which basis the policy counts sales. Edge: a policy that does not say takes them as they are brought. */
export const salesBasisOf = ({ salesBasis, inputs }: Pick<PolicyDocument, 'salesBasis' | 'inputs'>): TaxBasis | undefined =>
  salesBasis ?? Object.values(inputs).find(({ basis }) => basis !== undefined)?.basis;

export const HEADS = ['lost_sales', 'fee', 'inconvenience', 'extra_cost'] as const;
export type HeadOfLoss = (typeof HEADS)[number];

export const SELECTORS = ['outage.from', 'claim.filedAt'] as const;
/** Which date picks version and dated parameters; `inputs.x` is an answer of type date. */
export type SelectBy = (typeof SELECTORS)[number] | `inputs.${string}`;

export const INPUT_TYPES = [
  'money', 'ratio', 'number', 'duration', 'instant', 'date', 'boolean', 'text', 'choice', 'list', 'intervals', 'series',
] as const;
export type InputType = (typeof INPUT_TYPES)[number];

export interface InputDefinition {
  readonly type: InputType;
  readonly label: Texts;
  readonly source: 'asked' | 'sales';
  readonly scope: 'merchant' | 'site';
  readonly required: boolean;
  readonly options?: readonly string[];
  /** What a row of a list holds: a list of months, sites, lines or incidents. */
  readonly fields?: Readonly<Record<string, InputType>>;
  readonly help?: Texts;
  /** What a form says beside label and help; left out, a form says it in its own words. */
  readonly words?: InputWords;
  /** `week SAT..FRI`: whole weeks in the site's zone; with `range` for a series, with `containing` for one sum. */
  readonly period?: string;
  readonly range?: readonly [string, string];
  readonly containing?: string;
  readonly evidence?: string;
  readonly basis?: TaxBasis;
}

/** Words of an input that only a form needs. */
export interface InputWords {
  /** An answer as somebody might write it, such as `62%`. */
  readonly example?: Texts;
  /** What is counted: people, days, kilowatt-hours. */
  readonly unit?: Texts;
  /** Options of a choice, and fields of a list, by name. */
  readonly options?: Readonly<Record<string, Texts>>;
  readonly fields?: Readonly<Record<string, Texts>>;
}

export interface ParamDefinition {
  readonly unit: string;
  readonly source: string;
  readonly value?: string;
  /** Dated values or tables: each holds from its date on; the date is the one `selectBy` names, unless a step names another. */
  readonly rows?: readonly { readonly from: string; readonly value?: string; readonly table?: Readonly<Record<string, string>> }[];
  /** A value per key, with `otherwise` for the rest. Two keys are joined by a stroke: `business/severe`. */
  readonly table?: Readonly<Record<string, string>>;
  readonly otherwise?: string;
  /** A list of dates, such as public holidays. */
  readonly list?: readonly string[];
}

export interface StepDefinition {
  readonly id: string;
  /** What its figure is called in a working, where the block's own words are too general. */
  readonly label?: Texts;
  readonly use: string;
  readonly in: Readonly<Record<string, string | readonly string[]>>;
  readonly with: Readonly<Record<string, unknown>>;
  readonly when?: string;
  /** The figure is a proposal: a person states or confirms it by an override. */
  readonly discretionary?: true;
}

export interface ResultDefinition {
  readonly cash: string;
  /** Steps that give something beside cash. */
  readonly benefits?: readonly string[];
  /** The step whose sum the claimant owes, when earlier payments were more than what is due. */
  readonly receivable?: string;
  /** The step whose sum is tax withheld from the cash. */
  readonly withheld?: string;
  /** The step whose time is the loss window: its lanes are shown. */
  readonly counted?: string;
  /** The `significance` step, when the loss is measured. */
  readonly shown?: string;
}

export interface ProcessDefinition {
  readonly evidence: readonly string[];
  readonly automatic: { readonly upTo: string; readonly perMerchant: string; readonly endedIsEnough: boolean };
  readonly refuseByRule: readonly string[];
  readonly late: string;
  readonly noAnswer: string;
  readonly offerDays: string;
  readonly objectionDays: string;
  readonly acceptance: 'required' | 'not_required';
  /** What becomes of a window that more than one version is for; silent means `first`. */
  readonly straddle?: Straddle;
}

/** `first`: the version that the start of the outage picks, for all of the window. `refuse`: no claim across the change. */
export const STRADDLES = ['first', 'refuse'] as const;
export type Straddle = (typeof STRADDLES)[number];

export const FUND_MODES = ['open', 'first_come', 'shared'] as const;

/** Where the money comes from, and of mode `shared` how it is shared: see docs/domain/sharing-a-fund.md. */
export interface FundDefinition {
  readonly mode: (typeof FUND_MODES)[number];
  readonly keptBack?: string;
  readonly order?: (typeof TIER_ORDERS)[number];
  /** The answer that names a claim's tier. */
  readonly tierBy?: string;
  readonly tiers?: readonly TierDefinition[];
  readonly minimum?: { readonly amount: string; readonly passes: 'once' | 'repeated' };
  readonly surplus?: 'stays';
}

export const TIER_ORDERS = ['together', 'in_turn', 'by_fraction'] as const;

export interface TierDefinition {
  readonly key: string;
  /** Of the points; `protected` is all of them. */
  readonly least?: string;
  /** Of the points, or `unlimited`. */
  readonly most?: string;
  readonly floor?: string;
  readonly cap?: string;
  readonly fraction?: string;
}

/** What each part of `fund` settles, for the reference and for editors. */
export const FUND: Readonly<Record<keyof FundDefinition, string>> = {
  mode: 'without limit, for whoever comes first, or shared when everybody has been decided',
  keptBack: 'part of a shared fund kept for late claims and upheld objections, such as 5%',
  order: 'whether tiers share at one factor, one after another, or each its own fraction',
  tierBy: 'the choice that says in which tier a claim is',
  tiers: 'a key each, with the least and most of what a claim comes to, a floor, a cap, a fraction',
  minimum: 'the least sum that is paid, and whether the others share once more or again and again',
  surplus: 'what becomes of money that nobody may take: it stays in the fund',
};

/** What each part of `process` settles, for the reference and for editors. */
export const PROCESS: Readonly<Record<keyof ProcessDefinition, string>> = {
  evidence: 'kinds of evidence that a claim must come with before a rule may decide it',
  automatic: 'the most a rule may grant: one claim (`upTo`), one merchant in all (`perMerchant`); `endedIsEnough`: an outage need not be final',
  refuseByRule: 'reasons for which a rule may refuse; for any other a person does',
  late: '`refer`: a late claim goes to a person; `refuse`: it is refused',
  noAnswer: 'what becomes of a claim whose question is not answered in time: `decide_on_file` or `expire`',
  offerDays: 'days for which an offer stands',
  objectionDays: 'days in which a decision may be objected to',
  acceptance: '`required`: an offer is accepted by the merchant; `not_required`: an award counts as accepted',
  straddle: 'a window that more than one version is for. `first` (also when left out): the version that the start of the outage picks is used for all of it, and the claim says so. `refuse`: the claim is refused. Only with `selectBy: outage.from`',
};

export interface ExampleDefinition {
  readonly name: string;
  /** An earlier example whose `given` holds here too, except for what this one gives itself. */
  readonly like?: string;
  readonly given: Readonly<Record<string, unknown>>;
  readonly expect: Readonly<Record<string, unknown>>;
}

/** What every policy must say (one sentence each): the decisions that are otherwise guessed. */
export const SAYINGS = [
  'entitlement', 'standardOfProof', 'lossWindow', 'comparableWindows', 'taxBasis', 'channels', 'bandEdges', 'partDays', 'firstUnit',
  'monthLength', 'workingDays', 'officialOrOwn', 'rounding', 'zeroLoss', 'netting', 'order', 'belowZero', 'severalIncidents',
  'version', 'twoSectors', 'filingDay', 'clockChanges', 'duplicates', 'unknownTime', 'withholding', 'otherPayers', 'interest', 'setOff',
] as const;
