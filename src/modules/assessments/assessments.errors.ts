import { defineCatalogue } from '../../core/errors/index.js';

export const ASSESSMENTS_ERRORS = defineCatalogue({
  'eligibility.service_not_covered': { kind: 'meaning', title: 'The scheme is not for this service', detail: 'It is for: {services}. Choose one of them.' },
  'eligibility.window_unusable': { kind: 'meaning', title: 'The time cannot be used', detail: 'Give a beginning and a later end, at most {mostDays} days apart.' },
  'assessments.not_found': { kind: 'missing', title: 'Nothing here', detail: 'There is nothing at this address that you may see.' },
  'assessments.claim_not_filed': { kind: 'state', title: 'The claim is not filed', detail: 'Only a filed claim is assessed.' },
  'assessments.other_engine': {
    kind: 'state', title: 'Worked out by an earlier engine',
    detail: 'This assessment was worked out by engine {engine}; this installation runs {current}, which can neither vary nor certify it. Ask for the claim to be assessed again, and use the new assessment.',
  },
  'assessments.none_yet': { kind: 'state', title: 'There is no working yet', detail: 'The claim has not been worked out, so there is no step to put a figure for. Wait a moment, or ask for an assessment.' },
  'assessments.step_unknown': { kind: 'meaning', title: 'No such step', detail: 'The working has no step "{step}". Open to a figure are: {open}.' },
  'assessments.step_not_open': {
    kind: 'meaning', title: 'This step takes no figure from a person',
    detail: 'Step "{step}" came to its result by the rule, or bounds one. A person puts a figure only where a step ended in review or is discretionary, for a loss or an amount, or puts aside a waivable refusal. Open are: {open}.',
  },
  'assessments.one_figure': { kind: 'meaning', title: 'One figure, of the kind the step takes', detail: 'Of amount, figure and waives give exactly one; step "{step}" takes "{takes}".' },
  'assessments.figure_currency': { kind: 'meaning', title: 'Another currency', detail: 'Step "{step}" is worked out in {currency}, not in {given}. Convert the sum and say in the evidence how.' },
  'assessments.figure_unreadable': {
    kind: 'meaning', title: 'This is no figure for the step',
    detail: 'Step "{step}" takes a value of type {type}: money as decimal text in {currency} with its exact decimals, a ratio or number as decimals or a fraction such as 31/50, a boolean as true or false.',
  },
  'assessments.figure_out_of_bounds': { kind: 'meaning', title: 'Beyond the bounds of the step', detail: '{given} is not what step "{step}" may come to: from {least} to {most}. Put a figure within, or take the case to whoever changes the policy.' },
  'assessments.not_waivable': { kind: 'meaning', title: 'This refusal stands', detail: 'The policy does not let a person put aside "{code}". It may be put aside: {waivable}.' },
  'assessments.override_not_found': { kind: 'missing', title: 'Nothing here', detail: 'There is nothing at this address that you may see.' },
  'assessments.override_not_standing': { kind: 'state', title: 'It does not hold any more', detail: 'Figure {n} was replaced or taken back before. Look at the list, and take back the one that holds.' },
  'assessments.does_not_settle': { kind: 'defect', title: 'The assessment does not settle', detail: 'The policy keeps asking for more sales. This has been noted; a person will look at it.' },
});
